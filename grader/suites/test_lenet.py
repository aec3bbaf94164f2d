"""Hidden suite: LeNet."""

from __future__ import annotations

import pytest
import torch

from grader.engine.errors import StudentError
from grader.testing import (
    assert_close,
    assert_module,
    assert_sees_input,
    assert_shape,
    check,
    criterion,
    differs,
    fill_parameters,
    hint,
    match_parameters,
    mixes_devices,
    on_devices,
    unchanged,
)
from mistakes_lenet import network_mistakes

CHANGES = "the output for the same images changes from call to call: does `forward` make new layers, or drop units?"
WEIGHTS = {"conv1": (6, 1, 5, 5), "conv2": (16, 6, 5, 5), "dense1": (120, 400), "dense2": (84, 120), "dense3": (10, 84)}
ARCHITECTURE = {f"{layer}.weight": shape for layer, shape in WEIGHTS.items()} | {
    f"{layer}.bias": shape[:1] for layer, shape in WEIGHTS.items()
}
modes = pytest.mark.parametrize("mode", ["train", "eval"], ids=["in training mode", "in evaluation mode"])


def draw_images(rng: torch.Generator, *shape: int) -> torch.Tensor:
    return 2 * torch.randn(shape, generator=rng)


def draw_parameters(rng: torch.Generator) -> dict[str, torch.Tensor]:
    """Values of a scale at which every layer matters: with the usual ones the output hardly sees the input."""
    drawn = {}
    for layer, shape in WEIGHTS.items():
        fan_in = torch.Size(shape[1:]).numel()
        gain = 2 if layer == "conv1" else 6
        drawn[f"{layer}.weight"] = gain * torch.randn(shape, generator=rng) / fan_in**0.5
        drawn[f"{layer}.bias"] = torch.randn(shape[:1], generator=rng)
    return drawn


def built(student):
    """The student's network; a forward pass gives lazy layers their shapes."""
    net = assert_module(student.lenet(), "what lenet() returns")
    with torch.no_grad():
        net(torch.zeros(2, 1, 28, 28))
    return net


def assert_works(net, X: torch.Tensor) -> torch.Tensor:
    """The network gives ten numbers per image, other ones for other images."""
    with torch.no_grad():
        y = net(X)
    assert_sees_input(y, (len(X), 10), "LeNet")
    return y


def filled(student, rng: torch.Generator):
    """The student's network, whatever its parameters are, with values at which the output sees the images."""
    net = built(student)
    fill_parameters(net, rng)
    return net


def with_parameters(student, rng):
    """The student's network with drawn parameters, these, and which is which."""
    net = built(student)
    drawn = draw_parameters(rng)
    matching = match_parameters(net.named_parameters(), drawn)
    net.set_parameters(matching.to_theirs(drawn))
    return net, drawn, matching


def reference_net(reference, drawn: dict[str, torch.Tensor]) -> torch.nn.Module:
    net = reference.lenet()
    net(torch.zeros(1, 1, 28, 28))
    own = dict(net.named_parameters())
    with torch.no_grad():
        for name, value in match_parameters(own, drawn).to_theirs(drawn).items():
            own[name].copy_(value)
    return net


@criterion("values", weight=3)
@hint(
    "go through the list of layers one by one; look for the kind of activation, the kind of pooling, the last layer",
    "The network",
)
@modes
@pytest.mark.parametrize("batch", [1, 40], ids=["one image", "several images"])
def test_network_values(student, reference, rng, mode, batch):
    """With given parameters LeNet computes the right output"""
    net, drawn, _ = with_parameters(student, rng)
    getattr(net, mode)()
    X = draw_images(rng, batch, 1, 28, 28)
    with torch.no_grad():
        expected = getattr(reference_net(reference, drawn), mode)()(X)
    message = f"the network's output is wrong for {'one image' if batch == 1 else 'a batch of images'}, in {mode} mode"
    with torch.set_grad_enabled(mode == "train"):
        got = net(X)
    with torch.no_grad():
        assert_close(got, expected, message, rtol=1e-3, atol=1e-4, mistakes=network_mistakes(drawn, X))


def assert_right(net, own: torch.nn.Module, X: torch.Tensor, plain: torch.Tensor, kind: str, atol: float) -> None:
    """The output for images of some kind is right; that kind is not to blame where plain images' is wrong too."""
    with torch.no_grad():
        got, expected = net(X), own(X)
        if type(got) is torch.Tensor and differs(got, expected, rtol=1e-3, atol=atol):
            results = net(plain), own(plain)
            if type(results[0]) is not torch.Tensor or differs(*results, rtol=1e-3, atol=1e-4):
                kind = "a batch of images"
    assert_close(got, expected, f"the network's output is wrong for {kind}", rtol=1e-3, atol=atol)


@criterion("values")
@hint("every layer takes numbers of any size: `torch.sigmoid` does, a quotient of exponentials does not", "The network")
def test_large_values(student, reference, rng):
    """The network takes images of large values"""
    net, drawn, _ = with_parameters(student, rng)
    X = draw_images(rng, 3, 1, 28, 28)
    assert_right(net, reference_net(reference, drawn), 200 * X, X, "images of large values", atol=1e-2)


@criterion("values")
@hint("every image goes through the network by itself: no layer may mix the batch", "The network")
def test_images_apart(student, rng):
    """The output for an image does not depend on the other images of the batch"""
    net, _, _ = with_parameters(student, rng)
    X = draw_images(rng, 4, 1, 28, 28)
    X[1:] *= 3
    together = assert_works(net, X)
    close = {"rtol": 1e-3, "atol": 1e-4}
    with torch.no_grad():
        alone = net(X[:1])
        assert_shape(alone, (1, 10), "LeNet's output for a batch of one image")
        message = "an image's output changes with the other images in the batch"
        if differs(together[:1], alone, **close) and differs(assert_works(net, X), together, **close):
            message = "the output for the same images changes from call to call"
    assert_close(together[:1], alone, message, **close)


@criterion("values")
@hint("use the input's values in their own order, whatever their layout in memory is", "The network")
def test_transposed_images(student, reference, rng):
    """The network takes images that are views of other tensors"""
    net, drawn, _ = with_parameters(student, rng)
    X = draw_images(rng, 28, 28, 3, 1).permute(2, 3, 1, 0)
    plain = X.clone(memory_format=torch.contiguous_format)
    kind = "images that are views of other tensors"
    assert_right(net, reference_net(reference, drawn), X, plain, kind, atol=1e-4)


@criterion("shapes", weight=2)
@hint(
    "write down the shape after every layer, beginning with 28×28 images; only the first convolution pads",
    "The network",
)
def test_parameters(student):
    """LeNet has the parameters of its five layers, and no others"""
    parameters = built(student).named_parameters()
    shapes = {name: torch.empty(shape) for name, shape in ARCHITECTURE.items()}
    match_parameters(parameters, shapes)
    count = sum(tensor.numel() for tensor in parameters.values())
    check(count == sum(tensor.numel() for tensor in shapes.values()), "the number of parameters is wrong")


@criterion("shapes")
@pytest.mark.parametrize("batch", [1, 2, 28, 301], ids=["one image", "two images", "28 images", "301 images"])
@hint("one row per image, one column per class; only flatten changes the number of axes", "The network")
def test_output_shape(student, batch):
    """LeNet gives ten numbers per image"""
    net = assert_module(student.lenet(), "what lenet() returns")
    with torch.no_grad():
        assert_shape(net(torch.zeros(batch, 1, 28, 28)), (batch, 10), "LeNet's output for a batch of images")


@criterion("gradients", weight=2)
@hint("every layer has to be a torch operation on the output of the one before; nothing may be detached", "The network")
@modes
def test_gradients(student, reference, rng, mode):
    """Gradients reach the images and every parameter"""
    net, drawn, matching = with_parameters(student, rng)
    getattr(net, mode)()
    net.zero_grad()
    own = getattr(reference_net(reference, drawn), mode)()
    own_matching = match_parameters(dict(own.named_parameters()), drawn)
    X, X_own = (draw_images(rng, 3, 1, 28, 28).requires_grad_() for _ in range(2))
    X_own.data.copy_(X.data)
    y, expected = net(X), own(X_own)
    check(y.requires_grad, "the output does not depend on the parameters for autograd: the graph is cut")
    assert_shape(y, (3, 10), "LeNet's output")
    cotangent = torch.randn(y.shape, generator=rng)
    y.backward(cotangent)
    expected.backward(cotangent)
    check(X.grad is not None, "no gradient reaches the images")
    assert_close(X.grad, X_own.grad, "the gradient for the images is wrong", rtol=1e-3, atol=1e-4)
    right = own_matching.to_ours({name: parameter.grad for name, parameter in own.named_parameters()})
    for name, got in matching.to_ours(net.gradients()).items():
        what = f"the {name.partition('.')[2]} of shape {ARCHITECTURE[name]}"
        check(got is not None, f"no gradient reaches {what}")
        assert_close(got, right[name], f"the gradient for {what} is wrong", rtol=1e-3, atol=1e-4)


@criterion("training")
@hint(
    "build the layers once, in the constructor, so that the optimizer gets and changes the ones that compute",
    "The network",
)
def test_step_lowers_loss(student, harness, rng):
    """A step of gradient descent on the network's parameters lowers the loss"""
    net = assert_module(student.lenet(), "what lenet() returns")
    late = harness.late_parameters(net, torch.zeros(2, 1, 28, 28))
    check(late == [], "the network gets parameters in its first call: an optimizer made before would not train them")
    net.set_parameters({name: 0.3 * torch.randn(p.shape, generator=rng) for name, p in net.named_parameters().items()})
    net.train()
    X, cotangent = draw_images(rng, 4, 1, 28, 28), torch.randn(4, 10, generator=rng)
    before = net.named_parameters()
    with torch.no_grad():
        first = net(X)
    assert_shape(first, (4, 10), "LeNet's output")
    harness.step(net, X, cotangent, 1e-4)
    after = net.named_parameters()
    moved = any(not torch.equal(before[name], after[name]) for name in before)
    check(moved, "a step of gradient descent changes none of the network's parameters")
    with torch.no_grad():
        second = net(X)
    assert_shape(second, (4, 10), "LeNet's output")
    if not ((second - first) * cotangent).sum() < 0:
        with torch.no_grad():
            again = net(X)
        same = type(again) is torch.Tensor and not differs(again, second, atol=1e-6)
        check(same, CHANGES)
        check(False, "the network's loss does not fall in a small step of gradient descent")


@criterion("training")
@hint("LeNet has no layer that behaves differently in training: no dropout, no normalisation", "The network")
def test_same_in_both_modes(student, rng):
    """LeNet computes the same in training and in evaluation mode, every time"""
    net = filled(student, rng)
    X = draw_images(rng, 3, 1, 28, 28)
    net.train()
    training = assert_works(net, X)
    with torch.no_grad():
        for _ in range(9):  # what happens to every other batch hardly happens to none, or to all, of ten
            assert_close(net(X), training, CHANGES, atol=1e-6)
        net.eval()
        evaluation = net(X)
    assert_close(evaluation, training, "the output is another one in evaluation mode than in training mode", atol=1e-6)


@criterion("training")
@modes
@hint(
    "compute the output from the images and the parameters in every call; keep nothing of an earlier one", "The network"
)
def test_output_follows_parameters(student, reference, rng, mode):
    """After its parameters change the network computes with the new ones, for the same images too"""
    net, first, matching = with_parameters(student, rng)
    getattr(net, mode)()
    X, second = draw_images(rng, 3, 1, 28, 28), draw_parameters(rng)
    with torch.no_grad():
        before = net(X), reference_net(reference, first)(X)
        net.set_parameters(matching.to_theirs(second))
        after = net(X), reference_net(reference, second)(X)
    assert_shape(after[0], (3, 10), "LeNet's output")
    was_right = type(before[0]) is torch.Tensor and not differs(*before, rtol=1e-3, atol=1e-4)
    message = "after a change of its parameters the network still computes with old ones"
    check(not was_right or not differs(*after, rtol=1e-3, atol=1e-3), message)


@criterion("training")
@hint("make the layers in lenet(), or in the constructor of the class that it makes an object of", "The network")
def test_networks_are_independent(student, rng):
    """Every call of lenet() builds a network of its own"""
    first, second = filled(student, rng), built(student)
    assert_works(first, draw_images(rng, 2, 1, 28, 28))
    before = second.named_parameters()
    first.set_parameters({name: value + 1 for name, value in first.named_parameters().items()})
    after = second.named_parameters()
    same = all(torch.equal(after[name], value) for name, value in before.items())
    check(same, "two calls of lenet() give networks that share their parameters: to train one changes the other")


@criterion("implementation")
@hint("work on a copy if you have to change something", "The network")
def test_input_unchanged(observed_student, rng):
    """The images and the parameters are left as they were"""
    net = filled(observed_student, rng)
    before = net.named_parameters()
    for mode in ("train", "eval"):
        X = draw_images(rng, 3, 1, 28, 28)
        getattr(net, mode)()
        with unchanged(f"the network in {mode} mode", X=X), torch.set_grad_enabled(mode == "train"):
            y = net(X)
        assert_sees_input(y, (3, 10), "LeNet")
    after = net.named_parameters()
    same = all(torch.equal(after[name], value) for name, value in before.items())
    check(same, "a forward pass changes the network's parameters; that is the optimizer's part")


@criterion("device")
@hint(
    "layers have to be attributes of the module (or inside an nn.Sequential), not in a plain list or dict; "
    "nothing else in `forward` may choose a device: what it makes belongs where its input is",
    "The network",
)
@on_devices
def test_parameters_move(student, harness, rng, where):
    """All of the network moves to another device and computes there"""
    net = filled(student, rng)
    assert_works(net, draw_images(rng, 2, 1, 28, 28))
    try:
        device, shape = harness.moved(net, (2, 1, 28, 28), "meta" if where == "cpu" else where)
    except StudentError as error:
        check(
            not mixes_devices(error),
            "the network does not work on another device: a part of it stays where it was made",
        )
        if where == "cpu":
            return  # the device without values has its own limits: what looks at values cannot run there
        raise
    there = "meta" if where == "cpu" else where
    check(
        torch.device(device) == torch.device(there), f"after the network is moved to {there} its output is on {device}"
    )
    check(shape == (2, 10), "the output has another shape after the network is moved to another device")


@criterion("device")
@hint(
    "nothing may be turned into float32 on the way: new tensors take the type of the ones they work with", "The network"
)
def test_double_precision(student, rng):
    """After .double() the network computes in double precision"""
    net = filled(student, rng)
    X = draw_images(rng, 2, 1, 28, 28)
    net.eval()
    expected = assert_works(net, X)
    net.double()
    with torch.no_grad():
        got = net(X.double())
    message = "the network computes something else after `.double()`: are all layers registered in the module?"
    assert_close(got, expected, message, rtol=1e-3, atol=1e-4)
