"""Hidden suite: the layer Conv2D."""

from __future__ import annotations

import pytest
import torch

from cases_corr2d import draw, orthogonal_problem
from checks_corr2d import NO_BUILTIN, layer_with, learned, uses_no_builtin
from grader.testing import (
    Mistake,
    assert_close,
    assert_close_elsewhere,
    assert_gradients_elsewhere,
    assert_shape,
    check,
    criterion,
    hint,
    unchanged,
)


@criterion("values")
@pytest.mark.parametrize("kernel_size", [(2, 3), (1, 1), (3, 1)], ids=str)
@hint("the output is the cross-correlation with the weight, plus the bias", "The layer")
def test_layer_values(student, reference, rng, kernel_size):
    """Conv2D cross-correlates with its weight and adds its bias"""
    x, weight, bias = draw(rng, (5, 6), kernel_size, (1,))
    layer = layer_with(student, weight, bias)
    expected = reference.corr2d(x, weight)
    mistakes = [
        Mistake(expected, "Conv2D leaves the bias out"),
        Mistake(expected - bias, "Conv2D subtracts the bias"),
        Mistake(lambda: reference.conv2d(x, weight) + bias, "Conv2D flips the kernel"),
    ]
    assert_close(layer(x), expected + bias, "Conv2D's output is wrong", mistakes=mistakes)
    layer.eval()
    message = "Conv2D's output is wrong after eval(), where it was right before"
    assert_close(layer(x), expected + bias, message, mistakes=[Mistake(expected, "after eval() the bias is left out")])
    layer.train()
    with torch.no_grad():
        got = layer(x)
    assert_close(got, expected + bias, "Conv2D's output is wrong under torch.no_grad() only")


@criterion("values")
@hint("compute the output from the parameters as they are at each call: they change as the layer learns", "The layer")
def test_layer_called_again(student, reference, rng):
    """A Conv2D sees its new parameters and new inputs, of the same size and of others"""
    x, other, weight, bias = draw(rng, (5, 6), (5, 6), (2, 3), (1,))
    layer = layer_with(student, torch.ones(2, 3), torch.zeros(1))
    assert_close(layer(x), reference.corr2d(x, torch.ones(2, 3)), "Conv2D's output is wrong")
    layer.set_parameters({"weight": weight, "bias": bias})
    message = "Conv2D's output is wrong where its parameters have changed since the last call"
    assert_close(layer(x), reference.corr2d(x, weight) + bias, message)
    message = "Conv2D's output is wrong for a second input"
    assert_close(layer(other), reference.corr2d(other, weight) + bias, message)
    for size in ((7, 4), (3, 8)):
        (other,) = draw(rng, size)
        message = "Conv2D's output is wrong for a second input of another size"
        assert_close(layer(other), reference.corr2d(other, weight) + bias, message)


@criterion("values")
@hint("corr2d takes integers; so does a layer that calls it", "The layer")
def test_layer_of_integers(student, reference, rng):
    """Conv2D takes an input of integers, as corr2d does"""
    weight, bias = draw(rng, (2, 3), (1,))
    x = torch.randint(-9, 10, (5, 6), generator=rng)
    expected = reference.corr2d(x.float(), weight) + bias
    assert_close(layer_with(student, weight, bias)(x), expected, "Conv2D's output is wrong for an input of integers")


@criterion("values")
@hint("use the input's values in their own order, whatever its layout in memory is", "The layer")
def test_layer_noncontiguous(student, reference, rng):
    """Conv2D works on transposed and sliced inputs"""
    x, weight, bias = draw(rng, (7, 10), (2, 3), (1,))
    x = x.T[1::2]
    expected = reference.corr2d(x, weight) + bias
    got = layer_with(student, weight, bias)(x)
    assert_close(got, expected, "Conv2D's output is wrong on an input that is a view of another tensor")


@criterion("values")
@hint("fill a new parameter: what `torch.empty` and `torch.Tensor` hold is whatever stood in memory", "The layer")
def test_initialised(student, harness, rng):
    """Conv2D's parameters, and what learn_kernel starts from, are numbers and not whatever stood in memory"""
    parameters = harness.parameters_in_undefined_memory(student.Conv2D, (2, 3))
    for name in "weight", "bias":
        check(name in parameters, f"Conv2D has no parameter `{name}`")
        message = f"Conv2D's {name} is never filled: it holds whatever stood in memory"
        check(parameters[name].isfinite().all(), message)
    X, Y, *_, lr = orthogonal_problem(rng, (1, 2))
    result = harness.in_undefined_memory(student.learn_kernel, X, Y, (1, 2), 1, lr)
    for name, value in zip(("weight", "bias"), learned(result, (1, 2)), strict=True):
        message = f"the {name} that learn_kernel starts from is never filled: it holds whatever stood in memory"
        check(value.isfinite().all(), message)


@criterion("values")
@hint(
    "make new parameters in every layer's __init__; what stands in a `def` line or in the class is shared", "The layer"
)
def test_layers_are_independent(student, reference, rng):
    """Every Conv2D has parameters of its own"""
    parameters = [draw(rng, (2, 3), (1,)) for _ in range(2)]
    layers = [layer_with(student, *values) for values in parameters]
    for layer, values in zip(layers, parameters, strict=True):
        for name, value in zip(("weight", "bias"), values, strict=True):
            now = layer.named_parameters()[name]
            assert_close(now, value, f"to set one Conv2D's {name} changes another's: they share it")
    (x,) = draw(rng, (5, 6))
    for layer, (weight, bias) in zip(layers, parameters, strict=True):
        message = "Conv2D's output is wrong where there is more than one layer"
        assert_close(layer(x), reference.corr2d(x, weight) + bias, message)


@criterion("shapes")
@pytest.mark.parametrize("kernel_size", [(2, 3), (1, 1), (4, 2)], ids=str)
@hint("weight has the kernel's shape, bias one entry; both are nn.Parameter", "The layer")
def test_layer_parameter_shapes(student, kernel_size):
    """Conv2D has a weight of the kernel's size and a bias of shape (1,)"""
    layer = layer_with(student, torch.zeros(kernel_size), torch.zeros(1))
    for name in layer.named_parameters():
        check(name in ("weight", "bias"), f"Conv2D has a parameter `{name}` besides weight and bias")


@criterion("shapes")
@hint("the layer's output has the shape of corr2d's, the learned kernel that of the layer's weight", "The layer")
def test_shapes_around_layer(student, rng):
    """Conv2D's output is (H-h+1, W-w+1); learn_kernel returns a weight of the kernel's size and a bias of shape (1,)"""
    for kernel_size in (2, 3), (1, 1):
        shape = (6 - kernel_size[0], 7 - kernel_size[1])
        x, weight, bias, Y = draw(rng, (5, 6), kernel_size, (1,), shape)
        assert_shape(layer_with(student, weight, bias)(x), shape, "Conv2D's output")
        learned(student.learn_kernel(x, Y, kernel_size, 1, 1e-3), kernel_size)


@criterion("gradients")
@hint("the layer uses its weight and its bias themselves, not copies or their .data", "The layer")
@pytest.mark.parametrize(
    ("kernel_size", "mode"),
    [((2, 3), "train"), ((1, 1), "train"), ((2, 3), "eval")],
    ids=["2x3", "1x1", "after eval()"],
)
def test_layer_gradients(student, reference, rng, kernel_size, mode):
    """Gradients reach Conv2D's input, weight and bias"""
    x, weight, bias = (tensor.requires_grad_() for tensor in draw(rng, (5, 6), kernel_size, (1,)))
    layer = layer_with(student, weight, bias)
    getattr(layer, mode)()
    where = " after eval()" if mode == "eval" else ""
    right = reference.corr2d(x, weight) + bias
    given = x.detach().clone().requires_grad_()
    y = layer(given)
    assert_shape(y, right.shape, "Conv2D's output")
    check(y.requires_grad, f"Conv2D's result does not depend on its parameters for autograd{where}")
    cotangent = torch.randn(y.shape, generator=rng)
    expected = torch.autograd.grad(right, (x, weight, bias), cotangent)
    y.backward(cotangent.to(y.dtype))
    got = {"the input": given.grad, **layer.gradients()}
    for name, value in zip(("the input", "weight", "bias"), expected, strict=True):
        check(got.get(name) is not None, f"no gradient reaches {name} of Conv2D{where}")
        assert_close(got[name], value, f"the gradient for {name} of Conv2D is wrong{where}", rtol=1e-3, atol=1e-4)


@criterion("gradients")
@hint("make the parameters once, in __init__, and compute with them: an optimizer knows no later ones", "The layer")
def test_optimizer_trains_layer(student, harness, reference, rng):
    """An optimizer that was given Conv2D's parameters trains it"""
    x, weight, bias, Y = draw(rng, (5, 6), (2, 3), (1,), (4, 4))
    layer, lr = layer_with(student, weight, bias), 0.01
    error = 2 * (reference.corr2d(x, weight) + bias - Y)
    right = {"weight": weight - lr * reference.corr2d(x, error), "bias": bias - lr * error.sum()}
    got = harness.optimized(layer, x, Y, lr)
    for name, value in right.items():
        message = f"a step of an optimizer that was given Conv2D's parameters does not change its {name} as it should"
        assert_close(got[name], value, message, rtol=1e-3, atol=1e-4)


@criterion("implementation", weight=4)
@hint("call your own corr2d in the layer's forward", "Forbidden")
def test_layer_from_scratch(restricted_student, student, reference, rng):
    """Conv2D works without any built-in convolution"""
    x, weight, bias = draw(rng, (5, 6), (2, 3), (1,))
    try:
        layer = layer_with(restricted_student, weight, bias)
        result = layer(x)
        message = f"the gradient for Conv2D's input is wrong{NO_BUILTIN}"
        usual, right = (lambda x: layer_with(student, weight, bias)(x)), (lambda x: reference.corr2d(x, weight))
        assert_gradients_elsewhere(layer, usual, right, (x,), rng, message)
    finally:
        uses_no_builtin(restricted_student, "Conv2D")
    expected = reference.corr2d(x, weight) + bias
    assert_close_elsewhere(result, lambda: usual(x), expected, "Conv2D is wrong", NO_BUILTIN)


@criterion("implementation")
@hint("compute the output from the input and the parameters; change none of them", "The layer")
def test_layer_changes_nothing(observed_student, reference, rng):
    """A Conv2D that does its work leaves its input and its parameters as they were"""
    x, weight, bias = draw(rng, (5, 6), (2, 3), (1,))
    layer = layer_with(observed_student, weight, bias)
    with unchanged("Conv2D", x=x):
        got = layer(x)
    expected = reference.corr2d(x, weight) + bias
    assert_close(got, expected, "Conv2D leaves its input alone, but its output is wrong")
    for name, value in (("weight", weight), ("bias", bias)):
        assert_close(layer.named_parameters()[name], value, f"Conv2D's forward changes its {name}")
