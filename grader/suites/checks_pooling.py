"""What the parts of the pooling suite check alike."""

from __future__ import annotations

import torch

from grader.testing import assert_gradients, assert_gradients_elsewhere, check

NO_BUILTIN = ", with no built-in pooling around"


def check_gradient(student, reference, rng, function: str, X: torch.Tensor, *settings, **how) -> None:
    """The gradient of the student's function is the reference's; `how` is as for `assert_gradients`."""
    assert_gradients(getattr(student, function), getattr(reference, function), {"X": X}, settings, rng=rng, **how)


def uses_no_builtin(restricted_student, function: str) -> None:
    calls = restricted_student.forbidden_calls
    check(not calls, f"{function} uses built-in pooling ({', '.join(calls)}); write it from scratch")


def assert_gradient_without_builtins(modules, function: str, X: torch.Tensor, settings, rng) -> None:
    functions = [getattr(module, function) for module in modules]
    everywhere = [lambda X, call=call: call(X, *settings) for call in functions]
    message = f"the gradient of {function} is wrong{NO_BUILTIN}"
    assert_gradients_elsewhere(*everywhere, (X,), rng, message)
