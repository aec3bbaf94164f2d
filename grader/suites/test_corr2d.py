"""Hidden suite: cross-correlation, convolution, a learned kernel."""

from __future__ import annotations

import pytest
import torch

from grader.testing import Mistake, assert_close, assert_shape, check, criterion, differs, hint

SIZES = [((5, 7), (2, 3)), ((6, 4), (1, 2)), ((4, 6), (3, 1)), ((3, 4), (3, 4)), ((4, 5), (1, 1))]
SIZE_IDS = ["5x7-2x3", "6x4-1x2", "4x6-3x1", "kernel as large as the input", "1x1 kernel"]
sizes = pytest.mark.parametrize(("x_size", "k_size"), SIZES, ids=SIZE_IDS)


def draw(rng: torch.Generator, *sizes: tuple[int, ...], dtype: torch.dtype = torch.float32) -> list[torch.Tensor]:
    return [torch.randn(size, generator=rng, dtype=dtype) for size in sizes]


def correlation_mistakes(X: torch.Tensor, K: torch.Tensor, corr2d) -> list[Mistake]:
    return [
        Mistake(lambda: corr2d(X, K.flip(0, 1)), "the kernel is flipped: that is convolution, not cross-correlation"),
        Mistake(lambda: corr2d(X, K.abs()), "negative kernel entries are treated as positive"),
        Mistake(lambda: corr2d(X, K) / K.numel(), "the products are averaged; they should be summed"),
        Mistake(lambda: corr2d(X, K).relu(), "negative results are lost"),
        Mistake(lambda: corr2d(X, K).round(), "the result is rounded to whole numbers"),
    ]


def orthogonal_problem(rng: torch.Generator, kernel_size: tuple[int, int]) -> tuple[torch.Tensor, ...]:
    """Input, target, weight, bias and lr for which one right gradient step from anywhere lands on weight and bias.

    The windows of the input and the bias' ones are orthogonal columns of equal length n^(1/2), so that the summed
    squared error has the gradient 2n (p - p*), and lr = 1/(2n) goes all the way.
    """
    width, n = max(kernel_size), 6
    columns = torch.cat([torch.ones(n, 1), torch.randn(n, width, generator=rng)], 1).double()
    basis = torch.linalg.qr(columns).Q * n**0.5
    inputs = basis[:, 1:] * basis[0, 0].sign()
    weight, bias = torch.randn(width, generator=rng).double(), torch.randn(1, generator=rng).double()
    target = inputs @ weight + bias
    X, Y = inputs.float(), target.float().reshape(n, 1)
    if kernel_size[0] == 1:
        return X, Y, weight.float().reshape(kernel_size), bias.float(), 1 / (2 * n)
    return X.T.contiguous(), Y.T.contiguous(), weight.float().reshape(kernel_size), bias.float(), 1 / (2 * n)


@criterion("values")
@hint(
    "slide a window of the kernel's size over every position; multiply element by element, then sum",
    "Cross-correlation",
)
@sizes
def test_corr2d_values(student, reference, rng, x_size, k_size):
    """corr2d computes the cross-correlation"""
    X, K = draw(rng, x_size, k_size)
    expected, mistakes = reference.corr2d(X, K), correlation_mistakes(X, K, reference.corr2d)
    kind = "a rectangular input" if x_size != k_size else "a kernel as large as the input"
    assert_close(student.corr2d(X, K), expected, f"corr2d is wrong on {kind}", mistakes=mistakes)


@criterion("values")
@hint("make the result a floating-point tensor, whatever the inputs are", "Cross-correlation")
def test_corr2d_integers(student, reference, rng):
    """corr2d takes integer tensors and returns floating point"""
    X = torch.randint(-9, 10, (4, 6), generator=rng)
    K = torch.randint(-5, 6, (2, 3), generator=rng)
    expected = reference.corr2d(X.float(), K.float())
    assert_close(student.corr2d(X, K), expected, "corr2d is wrong on integer inputs")


@criterion("values")
@hint("use the tensors' values in their own order, whatever their layout in memory is", "Cross-correlation")
def test_corr2d_noncontiguous(student, reference, rng):
    """corr2d works on transposed and sliced tensors"""
    X, K = draw(rng, (7, 10), (3, 2))
    X, K = X.T[::2], K.T
    expected = reference.corr2d(X, K)
    assert_close(student.corr2d(X, K), expected, "corr2d is wrong on inputs that are views of others")


@criterion("values")
@hint("compare with the numbers in the exercise's text, one output after the other", "Cross-correlation")
def test_corr2d_example(student):
    """corr2d gives the documented example"""
    X, K = torch.arange(9.0).reshape(3, 3), torch.tensor([[0.0, 1.0], [2.0, 3.0]])
    expected = torch.tensor([[19.0, 25.0], [37.0, 43.0]])
    assert_close(student.corr2d(X, K), expected, "corr2d does not give the example in the exercise's text")


@criterion("values")
@hint("flip the kernel along both axes, then cross-correlate", "Convolution")
@pytest.mark.parametrize("dtype", [torch.float32, torch.int64], ids=["float", "integer"])
def test_conv2d_values(student, reference, rng, dtype):
    """conv2d computes the true convolution"""
    X, K = (tensor.mul(4).to(dtype) for tensor in draw(rng, (5, 6), (2, 3)))
    corr2d, expected = reference.corr2d, reference.conv2d(X, K)
    mistakes = [
        Mistake(lambda: corr2d(X, K), "conv2d does not flip the kernel"),
        Mistake(lambda: corr2d(X, K.flip(0)), "conv2d flips only the kernel's rows; both axes have to be flipped"),
        Mistake(lambda: corr2d(X, K.flip(1)), "conv2d flips only the kernel's columns; both axes have to be flipped"),
        Mistake(lambda: corr2d(X.flip(0, 1), K), "conv2d flips the input; the kernel has to be flipped"),
    ]
    assert_close(student.conv2d(X, K), expected, "conv2d is wrong", mistakes=mistakes)


@criterion("values")
@hint("use the tensors' values in their own order, whatever their layout in memory is", "Convolution")
def test_conv2d_noncontiguous(student, reference, rng):
    """conv2d works on transposed and sliced tensors"""
    X, K = draw(rng, (7, 10), (3, 4))
    X, K = X.T[::2], K.T[::2]
    expected = reference.conv2d(X, K)
    assert_close(student.conv2d(X, K), expected, "conv2d is wrong on inputs that are views of others")


def layer_with(student, weight: torch.Tensor, bias: torch.Tensor):
    """A Conv2D of the student's with these parameters."""
    layer = student.Conv2D(tuple(weight.shape))
    parameters = layer.named_parameters()
    for name, value in (("weight", weight), ("bias", bias)):
        check(name in parameters, f"Conv2D has no parameter `{name}`")
        assert_shape(parameters[name], value.shape, f"Conv2D's {name}")
    layer.set_parameters({"weight": weight.detach(), "bias": bias.detach()})
    return layer


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


@criterion("values", weight=2)
@hint(
    "each step: output, summed squared error, gradients from zero, parameters minus lr times gradient",
    "A learned kernel",
)
@pytest.mark.parametrize("kernel_size", [(1, 2), (1, 3), (3, 1)], ids=str)
def test_learn_kernel_steps(student, rng, kernel_size):
    """learn_kernel does gradient descent on the summed squared error"""
    X, Y, weight, bias, lr = orthogonal_problem(rng, kernel_size)
    first = student.learn_kernel(X, Y, kernel_size, 1, lr)
    learned_in_one(first, weight, bias, "one step")
    third = learned(student.learn_kernel(X, Y, kernel_size, 3, lr), kernel_size)
    message = "after several steps the learned kernel is off; each step's gradient has to start from zero"
    for got, expected in zip(third, (weight, bias), strict=True):
        assert_close(got, expected, message, atol=1e-3)


def learned(result: object, kernel_size: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor]:
    """The result of learn_kernel as (weight, bias)."""
    check(isinstance(result, tuple | list) and len(result) == 2, "learn_kernel should return the pair (weight, bias)")
    assert_shape(result[0], kernel_size, "the learned weight")
    assert_shape(result[1], (1,), "the learned bias")
    return tuple(result)


def learned_in_one(result, weight: torch.Tensor, bias: torch.Tensor, when: str) -> None:
    result = learned(result, tuple(weight.shape))
    if not differs(result[0], weight, atol=1e-3):
        assert_close(
            result[1], bias, f"the learned bias is wrong after {when}: the bias has to be updated too", atol=1e-3
        )
    message = f"the learned weight is wrong after {when}: the loss is the sum (no mean, no half) of squared errors"
    assert_close(result[0], weight, message, atol=1e-3)
    assert_close(result[1], bias, f"the learned bias is wrong after {when}", atol=1e-3)


@criterion("values")
@hint("one update of weight and bias in each of the num_steps steps", "A learned kernel")
@pytest.mark.parametrize("num_steps", [1, 2, 3])
def test_learn_kernel_number_of_steps(student, rng, num_steps):
    """learn_kernel takes as many steps as it is told to"""
    X, Y, weight, bias, lr = orthogonal_problem(rng, (1, 2))
    # With so large a step the error grows by a factor of 1000 each time: its size tells how often.
    got = learned(student.learn_kernel(X, Y, (1, 2), num_steps, 1001 * lr), (1, 2))
    errors = torch.cat([(got[0] - weight).flatten(), got[1] - bias]).detach().double().abs()
    taken = errors.max().clamp(min=1e-30).log10().item() / 3
    check(abs(taken - num_steps) < 0.6, "learn_kernel does not take num_steps steps of size lr")


@criterion("values")
@hint(
    "is the kernel the layer's weight after the last step? Does every step go against the gradient?", "A learned kernel"
)
def test_learn_kernel_edge_detector(student):
    """learn_kernel finds the edge detector of the documented example"""
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    Y = torch.zeros(6, 7)
    Y[:, 1], Y[:, 5] = 1, -1
    weight, bias = learned(student.learn_kernel(X, Y, (1, 2), 30, 0.01), (1, 2))
    message = "the learned kernel of the example is not close to [[1, -1]] with bias 0"
    assert_close(weight, torch.tensor([[1.0, -1.0]]), message, atol=0.1)
    assert_close(bias, torch.zeros(1), message, atol=0.1)


@criterion("shapes")
@pytest.mark.parametrize("function", ["corr2d", "conv2d"])
@sizes
@hint("per axis: size - kernel + 1", "Cross-correlation")
def test_shapes(student, rng, function, x_size, k_size):
    """The result is (H-h+1, W-w+1)"""
    X, K = draw(rng, x_size, k_size)
    shape = tuple(n - k + 1 for n, k in zip(x_size, k_size, strict=True))
    assert_shape(getattr(student, function)(X, K), shape, f"the result of {function}")


@criterion("shapes")
@pytest.mark.parametrize("kernel_size", [(2, 3), (1, 1), (4, 2)], ids=str)
@hint("weight has the kernel's shape, bias one entry; both are nn.Parameter", "The layer")
def test_layer_parameter_shapes(student, kernel_size):
    """Conv2D has a weight of the kernel's size and a bias of shape (1,)"""
    layer_with(student, torch.zeros(kernel_size), torch.zeros(1))


@criterion("gradients")
@hint(
    "compute the result from X and K with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Cross-correlation",
)
@pytest.mark.parametrize("function", ["corr2d", "conv2d"])
@pytest.mark.parametrize(("x_size", "k_size"), SIZES[:3], ids=SIZE_IDS[:3])
def test_gradients(student, reference, rng, function, x_size, k_size):
    """Gradients reach the input and the kernel"""
    X, K = draw(rng, x_size, k_size)
    check_gradients(student, reference, rng, function, {"X": X, "K": K}, ("X", "K"))


@criterion("gradients")
@pytest.mark.parametrize("function", ["corr2d", "conv2d"])
@pytest.mark.parametrize("wanted", ["X", "K"])
@hint(
    "compute the result from the inputs with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Cross-correlation",
)
def test_one_gradient(student, reference, rng, function, wanted):
    """Gradients reach the one of input and kernel that requires grad"""
    X, K = draw(rng, (5, 6), (3, 2))
    check_gradients(student, reference, rng, function, {"X": X, "K": K}, (wanted,))


def check_gradients(student, reference, rng, function: str, inputs: dict[str, torch.Tensor], wanted) -> None:
    """The gradients of the student's function for the wanted inputs and a random cotangent are the reference's."""
    theirs, ours = ({name: x.clone().requires_grad_(name in wanted) for name, x in inputs.items()} for _ in range(2))
    right = getattr(reference, function)(*ours.values())
    y = getattr(student, function)(*theirs.values())
    assert_shape(y, right.shape, f"the result of {function}")
    kept = all(theirs[name].requires_grad == ours[name].requires_grad for name in ours)
    check(kept, f"{function} changes requires_grad of its inputs")
    check(y.requires_grad, f"{function} cuts the graph: its result does not depend on its inputs for autograd")
    cotangent = torch.randn(y.shape, generator=rng)
    expected = torch.autograd.grad(right, [ours[name] for name in wanted], cotangent)
    got = torch.autograd.grad(y, [theirs[name] for name in wanted], cotangent.to(y.dtype), allow_unused=True)
    for name, gradient, value in zip(wanted, got, expected, strict=True):
        check(gradient is not None, f"no gradient reaches {name}")
        assert_close(gradient, value, f"the gradient for {name} is wrong", rtol=1e-3, atol=1e-4)


@criterion("gradients")
@pytest.mark.parametrize("function", ["corr2d", "conv2d"])
@hint(
    "compute the result from the inputs with torch operations only; no .item(), .data, .detach() or numpy in between",
    "Cross-correlation",
)
def test_gradcheck(student, reference, rng, function):
    """Gradients agree with finite differences in double precision"""
    X, K = draw(rng, (4, 5), (2, 3), dtype=torch.float64)
    call, expected = getattr(student, function), getattr(reference, function)(X, K)
    result = call(X.clone().requires_grad_(), K.clone().requires_grad_())
    assert_shape(result, expected.shape, f"the result of {function}")
    check(result.requires_grad, f"{function} cuts the graph: its result does not depend on its inputs for autograd")
    # Whoever computes in single precision is right too, but finite differences cannot tell.
    if result.dtype == torch.float64 and not differs(result, expected, rtol=1e-10, atol=1e-10):
        torch.autograd.gradcheck(call, (X.requires_grad_(), K.requires_grad_()), fast_mode=True)


@criterion("gradients")
@hint("the layer uses its weight and its bias themselves, not copies or their .data", "The layer")
def test_layer_gradients(student, reference, rng):
    """Gradients reach Conv2D's input, weight and bias"""
    x, weight, bias = (tensor.requires_grad_() for tensor in draw(rng, (5, 6), (2, 3), (1,)))
    layer = layer_with(student, weight, bias)
    right = reference.corr2d(x, weight) + bias
    given = x.detach().clone().requires_grad_()
    y = layer(given)
    assert_shape(y, right.shape, "Conv2D's output")
    check(given.requires_grad, "Conv2D changes requires_grad of its input")
    check(y.requires_grad, "Conv2D's result does not depend on its parameters for autograd")
    cotangent = torch.randn(y.shape, generator=rng)
    expected = torch.autograd.grad(right, (x, weight, bias), cotangent)
    y.backward(cotangent.to(y.dtype))
    got = {"the input": given.grad, **layer.gradients()}
    for name, value in zip(("the input", "weight", "bias"), expected, strict=True):
        check(got.get(name) is not None, f"no gradient reaches {name} of Conv2D")
        assert_close(got[name], value, f"the gradient for {name} of Conv2D is wrong", rtol=1e-3, atol=1e-4)


def uses_no_builtin(restricted_student, message: str) -> None:
    calls = restricted_student.forbidden_calls
    check(not calls, f"{message} uses a built-in convolution ({', '.join(calls)}); write it from scratch")


@criterion("implementation")
@pytest.mark.parametrize("function", ["corr2d", "conv2d"])
@hint("write the computation yourself, with plain tensor operations", "Forbidden")
def test_function_from_scratch(restricted_student, reference, rng, function):
    """The function and its gradient work without any built-in convolution"""
    X, K = draw(rng, (5, 6), (2, 3))
    expected = getattr(reference, function)(X, K)
    try:
        plain = getattr(restricted_student, function)(X, K)
        tracked = getattr(restricted_student, function)(X.requires_grad_(), K.requires_grad_())
        if isinstance(tracked, torch.Tensor) and tracked.requires_grad:
            tracked.sum().backward()
    finally:
        uses_no_builtin(restricted_student, function)
    for result in (plain, tracked):
        assert_close(result, expected, f"{function} is wrong, with no built-in convolution around")


@criterion("implementation")
@hint("call your own corr2d in the layer's forward", "Forbidden")
def test_layer_from_scratch(restricted_student, reference, rng):
    """Conv2D and learn_kernel work without any built-in convolution"""
    x, weight, bias = draw(rng, (5, 6), (2, 3), (1,))
    X, Y, kernel, bias_of_problem, lr = orthogonal_problem(rng, (1, 2))
    try:
        layer = layer_with(restricted_student, weight, bias)
        result = layer(x)
        kernel_and_bias = restricted_student.learn_kernel(X, Y, (1, 2), 1, lr)
    finally:
        uses_no_builtin(restricted_student, "Conv2D or learn_kernel")
    assert_close(result, reference.corr2d(x, weight) + bias, "Conv2D is wrong, with no built-in convolution around")
    learned_in_one(kernel_and_bias, kernel, bias_of_problem, "one step with no built-in convolution around")


@criterion("implementation")
@hint("work on a copy if you have to change something", "Cross-correlation")
@pytest.mark.parametrize("function", ["corr2d", "conv2d"])
def test_inputs_unchanged(student, rng, function):
    """The inputs are left as they were"""
    X, K = draw(rng, (4, 5), (2, 3))
    before = X.clone(), K.clone()
    getattr(student, function)(X, K)
    check(torch.equal(X, before[0]), f"{function} changes X in place")
    check(torch.equal(K, before[1]), f"{function} changes the kernel in place")


@criterion("implementation")
@hint("return the learned values alone: detach them from the layer", "A learned kernel")
def test_learned_result_detached(student, rng):
    """learn_kernel returns detached tensors and leaves its inputs alone"""
    X, Y, _, _, lr = orthogonal_problem(rng, (1, 2))
    before = X.clone(), Y.clone()
    weight, bias = learned(student.learn_kernel(X, Y, (1, 2), 2, lr), (1, 2))
    check(not weight.requires_grad and not bias.requires_grad, "learn_kernel's result still requires grad: detach it")
    check(torch.equal(X, before[0]) and torch.equal(Y, before[1]), "learn_kernel changes its inputs in place")
