"""Hidden suite: gradients of non-scalar outputs."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
import torch

from grader.testing import Mistake, assert_close, assert_shape, check, criterion, differs, hint, unchanged

# Function of the harness: shape of x.
CASES = {
    "cube": (3, 4),
    "neighbours": (5,),
    "rows_to_vector": (3, 4),
    "vector_to_longer": (4,),
    "gram": (3, 5),
    "total": (2, 3),
    "one_entry": (4,),
    "first_column": (3, 4),
    "scalar_to_vector": (),
    "three_axes": (2, 3),
    "shared_steps": (3, 2),
    "square_matrix": (3, 3),
    "middle_axis": (2, 1, 3),
    "column": (3, 4),
    "layer": (2, 4),
}
needs_grad = pytest.mark.parametrize("needs_grad", [False, True], ids=["x without grad", "x requires grad"])
cases = pytest.mark.parametrize("name", list(CASES))


def functions() -> ModuleType:
    """The harness's functions, here in the trusted process."""
    spec = importlib.util.spec_from_file_location("functions_of_vjp", Path(__file__).with_name("harness_vjp.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FUNCTIONS = functions()


def problem(rng: torch.Generator, name: str, x: torch.Tensor | None = None) -> tuple[torch.Tensor, ...]:
    """x, v, and the right y and g of a function of the harness, at an x of its own unless one is given."""
    if x is None:
        x = torch.randn(CASES[name], generator=rng)
    inner = x.clone().requires_grad_()
    y = getattr(FUNCTIONS, name)(inner)
    v = torch.randn(y.shape, generator=rng, dtype=y.dtype)
    (g,) = torch.autograd.grad(y, inner, v)
    return x, v, y.detach(), g


def jacobian(name: str, x: torch.Tensor) -> torch.Tensor:
    """The Jacobian matrix of outputs by inputs."""
    f = getattr(FUNCTIONS, name)
    return torch.autograd.functional.jacobian(lambda flat: f(flat.reshape(x.shape)).flatten(), x.flatten())


def gradient_mistakes(name: str, x: torch.Tensor, v: torch.Tensor, g: torch.Tensor) -> list[Mistake]:
    J = jacobian(name, x)
    mistakes = [
        Mistake(J.sum(0).reshape(g.shape), "g ignores v: it is the gradient of the sum of y"),
        Mistake((J.sum(0) * v.sum()).reshape(g.shape), "v is summed before it is used; each entry of y has its own"),
        Mistake(J.mean(0).reshape(g.shape), "g ignores v: it is the gradient of the mean of y"),
        Mistake(g / v.numel(), "g is averaged over the outputs; vᵀ·∂f/∂x is a sum"),
        Mistake(2 * g, "g is twice too large: is a gradient accumulated?"),
        Mistake(-g, "g has the wrong sign"),
        Mistake((J * v.abs().reshape(-1, 1)).sum(0).reshape(g.shape), "negative entries of v are treated as positive"),
    ]
    if v.numel() == g.numel():
        wrong = (J @ v.flatten()).reshape(g.shape)
        mistakes.append(Mistake(wrong, "g is ∂f/∂x·v; v multiplies from the other side"))
        wrong = (J.sum(0) * v.flatten()).reshape(g.shape)
        mistakes.append(
            Mistake(wrong, "v is multiplied after the gradient was taken; that only fits f element by element")
        )
    return mistakes


def pair(result: object) -> tuple[torch.Tensor, torch.Tensor]:
    """The result as (y, g)."""
    check(isinstance(result, tuple | list) and len(result) == 2, "vjp should return the pair (y, g)")
    y, g = result
    for name, value in (("y", y), ("g", g)):
        check(value is not None, f"{name} is None")
        check(isinstance(value, torch.Tensor), f"{name} is not a tensor")
    return y, g


def assert_right_y(y: torch.Tensor, expected: torch.Tensor, what: str = "y") -> None:
    assert_shape(y, expected.shape, what)
    assert_close(y, expected, f"{what} is not f(x)")


@criterion("values")
@hint(
    "y is f(x); g weights the gradient of each entry of y by the entry of v in its place, and adds them up", "The idea"
)
@needs_grad
@cases
def test_values(student, harness, rng, name, needs_grad):
    """vjp returns f(x) and the vector-Jacobian product"""
    x, v, expected_y, expected_g = problem(rng, name)
    mistakes = gradient_mistakes(name, x, v, expected_g)
    y, g = pair(student.vjp(getattr(harness, name), x.clone().requires_grad_(needs_grad), v))
    if y.shape != expected_y.shape or differs(y, expected_y):
        swapped = not differs(y, expected_g) and not differs(g, expected_y)
        check(not swapped, "y and g come in the wrong order: vjp returns (y, g)")
    assert_right_y(y, expected_y)
    assert_shape(g, x.shape, "g")
    assert_close(g, expected_g, "g is not vᵀ·∂f/∂x", mistakes=mistakes)


@criterion("values")
@needs_grad
@hint("compare with the numbers in the exercise's text", "A worked example")
def test_example(student, harness, needs_grad):
    """vjp gives the documented example"""
    x = torch.tensor([[2.0, 4.0]]).requires_grad_(needs_grad)
    y, g = pair(student.vjp(harness.documented, x, torch.tensor([[1.0, 2.0]])))
    assert_close(y, torch.tensor([[16.0, 36.0]]), "y is not that of the example in the exercise's text")
    assert_close(g, torch.tensor([[12.0, 34.0]]), "g is not that of the example in the exercise's text")


@criterion("values")
@hint("v may be all zeros: then g is zero, and y is f(x) all the same", "The idea")
def test_zero_vector(student, harness, rng):
    """A v of zeros gives a g of zeros"""
    x, v, expected_y, g = problem(rng, "vector_to_longer")
    y, got = pair(student.vjp(harness.vector_to_longer, x, torch.zeros_like(v)))
    assert_right_y(y, expected_y)
    assert_close(
        got, torch.zeros_like(g), "g is not zero where v is zero: how much each output counts is up to v alone"
    )


@criterion("values")
@hint("g is linear in v: nothing may be normalised or rounded", "The idea")
@pytest.mark.parametrize("scale", [1e-6, 1e6], ids=["small v", "large v"])
def test_linear_in_v(student, harness, rng, scale):
    """g grows in proportion with v"""
    x, v, _, expected = problem(rng, "neighbours")
    _, g = pair(student.vjp(harness.neighbours, x, v * scale))
    assert_shape(g, x.shape, "g")
    assert_close(g / scale, expected, "g does not grow in proportion with v")


@criterion("values")
@hint("use x's values in their own order, whatever its layout in memory is", "The idea")
@needs_grad
@pytest.mark.parametrize("kind", ["transposed", "sliced"])
def test_x_view(student, harness, rng, kind, needs_grad):
    """vjp works where x and v are views of other tensors"""
    x = torch.randn(4, 6, generator=rng)
    x = x.T if kind == "transposed" else x[::2, 1:]
    x, v, expected_y, expected_g = problem(rng, "cube", x)
    v = v.T.contiguous().T if kind == "transposed" else torch.stack((v, v), 1)[:, 0]
    y, g = pair(student.vjp(harness.cube, x.requires_grad_(needs_grad), v))
    assert_shape(y, expected_y.shape, "y")
    assert_close(y, expected_y, f"y is not f(x) where x is {kind}")
    assert_shape(g, x.shape, "g")
    assert_close(g, expected_g, f"g is not vᵀ·∂f/∂x where x is {kind}")


@criterion("values")
@hint("hand f an x of the type that it came in: f may hold weights of that type", "The idea")
@pytest.mark.parametrize("precision", ["single", "double"])
def test_f_with_weights(student, harness, rng, precision):
    """vjp works where f holds weights of x's type, like a layer"""
    name, dtype = f"layer_in_{precision}", torch.float32 if precision == "single" else torch.float64
    x, v, expected_y, expected_g = problem(rng, name, torch.randn(2, 3, generator=rng, dtype=dtype))
    y, g = pair(student.vjp(getattr(harness, name), x, v))
    assert_right_y(y, expected_y)
    assert_shape(g, x.shape, "g")
    assert_close(g, expected_g, "g is not vᵀ·∂f/∂x where f is a layer with weights")


@criterion("values")
@hint("keep nothing from one call to the next: the same tensors may hold other values then", "The idea")
@needs_grad
@pytest.mark.parametrize("changed", ["x", "v"])
def test_changed_in_place(student, harness, rng, changed, needs_grad):
    """vjp sees that x or v has changed since the last call"""
    x, v, *_ = problem(rng, "neighbours")
    other = torch.randn(x.shape, generator=rng) if changed == "x" else x
    other_v = torch.randn(v.shape, generator=rng) if changed == "v" else v
    arguments = (x, v), (other, other_v)
    results = harness.changed_in_place(student.vjp, harness.neighbours, *arguments, needs_grad)
    check(isinstance(results, tuple) and len(results) == 2, "vjp should return the pair (y, g)")
    messages = "the first call's {} is wrong", f"{{}} is wrong after {changed} was changed in place since the last call"
    right = []
    for at, weight in arguments:
        inner = at.clone().requires_grad_()
        y = FUNCTIONS.neighbours(inner)
        right.append({"y": y.detach(), "g": torch.autograd.grad(y, inner, weight)[0]})
    for result, expected, message in zip(results, right, messages, strict=True):
        for (name, value), got in zip(expected.items(), pair(result), strict=True):
            assert_shape(got, value.shape, name)
            overwritten = Mistake(right[1][name], f"a second call changes the {name} that the first call returned")
            assert_close(got, value, message.format(name), mistakes=[overwritten])


@criterion("shapes")
@needs_grad
@pytest.mark.parametrize("name", ["gram", "rows_to_vector", "total", "scalar_to_vector", "three_axes", "middle_axis"])
@hint("y has the shape of f(x), g that of x", "The idea")
def test_shapes(student, harness, rng, name, needs_grad):
    """y has the shape of f(x), g that of x"""
    x, v, expected_y, _ = problem(rng, name)
    y, g = pair(student.vjp(getattr(harness, name), x.requires_grad_(needs_grad), v))
    assert_shape(y, expected_y.shape, "y")
    assert_shape(g, x.shape, "g")


@criterion("gradients")
@hint("what does backward need when y is not a scalar?", "The idea")
@needs_grad
@pytest.mark.parametrize(
    "name", ["neighbours", "vector_to_longer", "gram", "first_column", "total", "three_axes", "square_matrix"]
)
def test_gradients(student, harness, rng, name, needs_grad):
    """g is the gradient of y weighted by v"""
    x, v, _, expected = problem(rng, name)
    mistakes = gradient_mistakes(name, x, v, expected)
    _, g = pair(student.vjp(getattr(harness, name), x.requires_grad_(needs_grad), v))
    assert_shape(g, x.shape, "g")
    assert_close(g, expected, "g is not vᵀ·∂f/∂x", mistakes=mistakes)


@criterion("gradients")
@hint("every entry of x has its part of the gradient, and every entry of y its weight", "The idea")
def test_many_entries(student, harness, rng):
    """g is right where x and y have more than a handful of entries"""
    x, v, expected_y, expected = problem(rng, "neighbours", torch.randn(11, 13, generator=rng))
    y, g = pair(student.vjp(harness.neighbours, x, v))
    assert_right_y(y, expected_y)
    assert_shape(g, x.shape, "g")
    assert_close(g, expected, "g is not vᵀ·∂f/∂x where x and y have many entries")


@criterion("gradients")
@hint("gradients add up in x.grad from call to call", "Leave no trace")
@needs_grad
def test_second_call(student, harness, rng, needs_grad):
    """A second call with the same x gives the same result"""
    x, v, expected_y, expected = problem(rng, "neighbours")
    calls = harness.twice(student.vjp, harness.neighbours, x, v, needs_grad)
    check(isinstance(calls, tuple) and len(calls) == 2, "vjp should return the pair (y, g)")
    for when, result in zip(("first", "second"), calls, strict=True):
        y, g = pair(result)
        assert_right_y(y, expected_y, f"the {when} call's y")
        assert_shape(g, x.shape, "g")
        assert_close(g, expected, f"the {when} of two calls with the same x gives a wrong g")


@criterion("gradients")
@hint("differentiate with respect to x itself or a detached copy of it; only leaves collect a .grad", "Leave no trace")
def test_x_inside_graph(student, harness, rng):
    """vjp works where x was itself computed from other tensors"""
    base = torch.randn(4, generator=rng)
    x = base.exp().requires_grad_()
    right = FUNCTIONS.neighbours(x)
    v = torch.randn(right.shape, generator=rng)
    (expected,) = torch.autograd.grad(right, x, v)
    y, g, gradient, requires_grad, after, of_base, _ = harness.inside_graph(student.vjp, harness.neighbours, base, v)
    pair((y, g))
    assert_right_y(y, right.detach())
    assert_shape(g, x.shape, "g")
    assert_close(g, expected, "g is wrong where x was computed from other tensors")
    check(gradient is None, "x.grad is filled in where x was computed from other tensors")
    check(requires_grad is True, "x no longer requires grad where it did before the call")
    assert_close(after, x.detach(), "vjp changes x where x was computed from other tensors")
    message = "after the call the graph that x was computed in is used up, or x is no longer part of it"
    check(isinstance(of_base, torch.Tensor), message)
    assert_close(of_base, base.exp(), message)


@criterion("implementation")
@hint(
    "backward goes on into all that x was computed from: ask for the gradient of x alone, or cut x off from its past",
    "Leave no trace",
)
def test_nothing_behind_x(student, harness, rng):
    """Neither an x inside a graph nor what it was computed from gets a gradient"""
    base = torch.randn(4, generator=rng)
    _, v, expected_y, expected_g = problem(rng, "neighbours", base.exp())
    y, g, gradient, *_, of_base = harness.inside_graph(student.vjp, harness.neighbours, base, v)
    y, g = pair((y, g))
    assert_right_y(y, expected_y)
    assert_shape(g, base.shape, "g")
    assert_close(g, expected_g, "g is wrong where x was computed from other tensors")
    check(gradient is None, "x.grad is filled in where x was computed from other tensors")
    check(of_base is None, "vjp leaves a gradient in the .grad of a tensor that x was computed from")


@criterion("implementation", weight=2)
@hint(
    "work on a copy of x that is no longer part of any graph, or ask for the gradient without storing it in x.grad",
    "Leave no trace",
)
@needs_grad
@pytest.mark.parametrize("name", ["gram", "total", "neighbours"])
def test_x_unchanged(observed_student, harness, rng, name, needs_grad):
    """x and v are left as they were by a function that does its work"""
    x, v, expected_y, expected_g = problem(rng, name)
    x.requires_grad_(needs_grad)
    with unchanged("vjp", x=x, v=v):
        y, g = pair(observed_student.vjp(getattr(harness, name), x, v))
    assert_right_y(y, expected_y)
    assert_shape(g, x.shape, "g")
    assert_close(g, expected_g, "vjp leaves x and v alone, but g is not vᵀ·∂f/∂x")


@criterion("implementation")
@hint("with torch.enable_grad(): and torch.no_grad(): end by themselves; what is set for good stays", "Leave no trace")
def test_gradients_stay_enabled(student, harness, rng):
    """After vjp gradients are enabled as before"""
    x, v, *_ = problem(rng, "gram")
    enabled, result = harness.grad_mode_after(student.vjp, harness.gram, x, v)
    check(enabled is True and result.requires_grad, "after vjp gradients are switched off, for whatever comes next")


@criterion("implementation")
@hint("x.grad belongs to the caller: neither read it nor write to it", "Leave no trace")
def test_gradient_kept(student, harness, rng):
    """A gradient that x already has is kept"""
    x, v, expected_y, expected_g = problem(rng, "neighbours")
    old = torch.randn(x.shape, generator=rng)
    y, g, gradient, requires_grad = harness.beside_gradient(student.vjp, harness.neighbours, x, v, old)
    pair((y, g))
    check(gradient is not None, "the gradient that x already had in x.grad is gone after the call")
    assert_close(gradient, old, "the gradient that x already had in x.grad is changed by the call")
    check(requires_grad is True, "x no longer requires grad where it did before the call")
    assert_right_y(y, expected_y)
    assert_shape(g, x.shape, "g")
    assert_close(g, expected_g, "g is wrong where x.grad holds an earlier gradient")


@criterion("implementation")
@hint("y.detach() has the same values and no graph", "Leave no trace")
@needs_grad
@pytest.mark.parametrize("name", ["gram", "total"])
def test_detached(student, harness, rng, name, needs_grad):
    """The result is right and carries no graph"""
    x, v, expected_y, expected_g = problem(rng, name)
    y, g = pair(student.vjp(getattr(harness, name), x.requires_grad_(needs_grad), v))
    check(not y.requires_grad, "y still requires grad: it should be detached")
    # Where x itself requires grad, g may be a function of it.
    check(needs_grad or not g.requires_grad, "g requires grad although x does not")
    assert_right_y(y, expected_y)
    assert_shape(g, x.shape, "g")
    assert_close(g, expected_g, "g is not vᵀ·∂f/∂x")
