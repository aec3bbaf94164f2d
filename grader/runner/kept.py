"""Results that do not depend on the submission, kept from one submission to the next."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, TypeVar

import torch

T = TypeVar("T")


class KeptResults:
    """What tests have computed from the run's seed alone; of the last seed only."""

    def __init__(self) -> None:
        self._seed: int | None = None
        self._results: dict[tuple[str, str], Any] = {}

    def get(self, seed: int, test: str, name: str, compute: Callable[[], T]) -> T:
        """A copy of what `compute` returned when the test first asked for it under this name.

        torch's global generator is left as it was, so that whatever follows is the same whether it was called or not.
        """
        if seed != self._seed:
            self._seed = seed
            self._results.clear()
        key = (test, name)
        if key not in self._results:
            state = torch.get_rng_state()
            try:
                self._results[key] = compute()
            finally:
                torch.set_rng_state(state)
        return copy.deepcopy(self._results[key])  # type: ignore[no-any-return]
