"""A test's arguments, found without pytest's own setup where that has nothing to do but call functions.

pytest's setup keeps account of caching, scopes, parameters and ends of fixtures for each argument of each test; for
hundreds of small tests per submission this costs more than what is tested. Most tests ask for nothing but parameters
and fixtures that are plain functions made anew for every test.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from _pytest.python import get_direct_param_fixture_func


@dataclass(frozen=True, slots=True)
class PlainArguments:
    """Values of parameters, and functions of fixtures with the names of what they ask for, in pytest's order."""

    names: tuple[str, ...]
    parameters: dict[str, Any]
    fixtures: dict[str, tuple[Callable[..., Any], tuple[str, ...]]]

    @classmethod
    def of(cls, item: pytest.Function) -> PlainArguments | None:
        """How `item` gets its arguments; None if it takes pytest to give them."""
        info = item._fixtureinfo
        callspec = getattr(item, "callspec", None)
        parameters, fixtures = {}, {}
        for name in info.names_closure:
            definitions = info.name2fixturedefs.get(name, ())
            if len(definitions) != 1 or item.cls is not None:
                return None
            definition = definitions[0]
            if definition.func is get_direct_param_fixture_func:
                parameters[name] = callspec.params[name]  # type: ignore[union-attr]
            elif definition.scope != "function" or definition.params is not None or _is_special(definition.func):
                return None
            else:
                fixtures[name] = definition.func, definition.argnames
        return cls(tuple(info.names_closure), parameters, fixtures)

    def values(self) -> dict[str, Any]:
        """The arguments, and all that they were made from, by name; raises what a fixture raises."""
        found = dict(self.parameters)

        def value(name: str) -> Any:
            if name not in found:
                function, names = self.fixtures[name]
                found[name] = function(**{asked: value(asked) for asked in names})
            return found[name]

        return {name: value(name) for name in self.names}


def _is_special(function: Callable[..., Any]) -> bool:
    return inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function)
