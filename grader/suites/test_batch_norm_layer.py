"""Hidden suite: batch normalisation as a layer."""

from __future__ import annotations

import pytest
import torch

from cases_batch_norm import (
    ALL_AXES,
    SIZES,
    Inputs,
    batch_statistics,
    draw_images,
    draw_layer,
    layer_for,
    reference_layer,
    run,
    same_layer,
    sizes,
)
from checks_batch_norm import assert_normalises, moved, same_elsewhere, uses_no_builtin
from grader.engine.errors import StudentError
from grader.testing import (
    Mistake,
    assert_close,
    assert_module,
    assert_shape,
    check,
    criterion,
    differs,
    hint,
    mixes_devices,
    needs_cuda,
    on_devices,
    unchanged,
)
from mistakes_batch_norm import constant_mistakes


@criterion("shapes")
@hint("gamma and beta are learned: nn.Parameter; the moving statistics are not", "The BatchNorm layer")
@sizes
def test_layer_state(student, size):
    """BatchNorm begins with gamma 1, beta 0, moving mean 0, moving variance 1, in the right shapes"""
    layer = layer_for(student, size)
    shape = (1, size[1], *[1] * (len(size) - 2))
    parameters = layer.named_parameters()
    for name in ("gamma", "beta"):
        check(name in parameters, f"BatchNorm has no parameter `{name}`")
        assert_shape(parameters[name], shape, f"BatchNorm's {name} for {len(size)}-D inputs")
    check(len(parameters) == 2, "BatchNorm has other parameters than gamma and beta; moving statistics are not learned")
    begin = {"gamma": parameters["gamma"], "beta": parameters["beta"]}
    for name in ("moving_mean", "moving_var"):
        begin[name] = getattr(layer, name)
        assert_shape(begin[name], shape, f"BatchNorm's {name} for {len(size)}-D inputs")
    for name, value in begin.items():
        right = torch.ones(shape) if name in ("gamma", "moving_var") else torch.zeros(shape)
        assert_close(value, right, f"BatchNorm's {name} does not begin with the right value")


@criterion("shapes")
@hint("the parameters' names are in the exercise's text", "The BatchNorm layer")
def test_layer_keywords(student):
    """BatchNorm takes num_features and num_dims by keyword"""
    layer = assert_module(student.BatchNorm(num_dims=4, num_features=3), "BatchNorm(num_features, num_dims)")
    assert_shape(layer.moving_mean, (1, 3, 1, 1), "BatchNorm's moving_mean for 4-D inputs")


def assert_same_state(layer, own, when: str) -> None:
    for name in ("moving_mean", "moving_var"):
        assert_close(getattr(layer, name), getattr(own, name), f"BatchNorm's {name} is wrong after {when}")


@criterion("values", weight=2)
@hint(
    "training normalises with the batch and updates the moving statistics; evaluation uses them",
    "Training and prediction",
)
@sizes
def test_layer_in_training(student, reference, harness, rng, size):
    """BatchNorm normalises a batch in training, also with small variance; after that in evaluation"""
    layer, own = draw_layer(student, reference, rng, size)
    X = Inputs(rng, size).X
    mistakes = [Mistake(run(own, "eval", X).detach(), "in training mode BatchNorm uses the moving statistics")]
    message = "BatchNorm's output is wrong in training mode"
    assert_close(run(layer, "train", X), run(own, "train", X).detach(), message, mistakes=mistakes)
    small = 2e-3 * torch.randn(size, generator=rng)
    message = "BatchNorm's output is wrong for a batch that hardly varies: is eps 1e-5, under the square root?"
    assert_close(run(layer, "train", small), run(own, "train", small).detach(), message, rtol=1e-3, atol=1e-3)
    if len(size) == 2:
        # Close to zero: whoever subtracts the squared mean from the mean of squares loses nothing against eps.
        constant = 0.3 * torch.randn(size[1:], generator=rng).repeat(size[0], 1)
        harness.train_often(layer, constant, 200)  # 0.9^200 is far less than eps
        for _ in range(200):
            own.train()(constant)
        near = constant + 2e-3 * torch.randn(size, generator=rng)
        message = "BatchNorm's output is wrong in evaluation after many batches that do not vary"
        names = ("moving_mean", "moving_var")
        if not any(differs(getattr(layer, name), getattr(own, name)) for name in names):  # other tests' business
            close = {"rtol": 1e-2, "atol": 1e-2, "mistakes": constant_mistakes(own, near)}
            assert_close(run(layer, "eval", near), run(own, "eval", near), message, **close)
    X = Inputs(rng, (1, *size[1:])).X
    message = f"BatchNorm's output is wrong for a batch of one {'image' if len(size) == 4 else 'row'} in training mode"
    # A row is its own mean: whoever takes that off last loses digits there.
    close = {} if len(size) == 4 else {"rtol": 1e-3, "atol": 1e-3}
    assert_close(run(layer, "train", X), run(own, "train", X).detach(), message, **close)


@criterion("training", weight=3)
@hint("keep what batch_norm returns: assign it to the layer's moving statistics", "The BatchNorm layer")
@sizes
def test_layer_moving_statistics(student, reference, rng, size):
    """BatchNorm's moving statistics are right after one and two batches, and after a smaller one"""
    layer, own = draw_layer(student, reference, rng, size)
    for name in ("moving_mean", "moving_var"):
        if differs(getattr(layer, name), getattr(own, name)):
            fresh = layer_for(student, size)
            before = getattr(fresh, name).clone()
            fresh.set_parameters({part: getattr(own, part).detach() for part in ("gamma", "beta")})
            follows = differs(getattr(fresh, name), before)
            check(not follows, f"BatchNorm's {name} changes with gamma or beta: are they one tensor?")
            check(False, f"a new BatchNorm's {name} has other values than it should begin with")
    for when in ("one training batch", "two training batches", "a smaller training batch"):
        smaller = when.startswith("a smaller")
        X = Inputs(rng, (1, *size[1:]) if smaller else size).X
        before = [getattr(layer, name).clone() for name in ("moving_mean", "moving_var")]
        run(layer, "train", X)
        run(own, "train", X)
        after = [layer.moving_mean, layer.moving_var]
        changed = any(differs(new, old) for new, old in zip(after, before, strict=True))
        suffix = " on a smaller batch" if smaller else ""
        check(changed, f"BatchNorm's moving statistics stay the same in training{suffix}")
        inverted = [
            0.1 * old + 0.9 * new for old, new in zip(before, batch_statistics(X, ALL_AXES[X.dim()]), strict=True)
        ]
        right = [own.moving_mean, own.moving_var]
        questions = "is the momentum 0.9?", "is the momentum 0.9, the variance biased?"
        for part, name in enumerate(("moving_mean", "moving_var")):
            mistakes = [
                Mistake(inverted[part], f"BatchNorm's {name} is updated with momentum the wrong way round"),
                Mistake(right[1 - part], "BatchNorm's moving_mean and moving_var are mistaken for each other"),
            ]
            message = f"BatchNorm's {name} is wrong after {when}: {questions[part]}"
            assert_close(after[part], right[part], message, mistakes=mistakes)


@criterion("training", weight=2)
@sizes
@hint(
    "in evaluation the layer normalises with its moving statistics and leaves them as they are",
    "Training and prediction",
)
def test_layer_in_evaluation(student, reference, rng, size):
    """In evaluation BatchNorm uses the moving statistics and leaves them alone"""
    layer, own = draw_layer(student, reference, rng, size)
    for _ in range(2):
        X = Inputs(rng, size).X
        run(layer, "train", X)
        run(own, "train", X)
    before = layer.moving_mean.clone(), layer.moving_var.clone()
    for X in (Inputs(rng, size).X, Inputs(rng, (1, *size[1:])).X):
        batch = run(own, "train", X).detach() if len(X) > 1 else None
        own = reference_layer(reference, size, dict(own.named_parameters()))
        own.moving_mean, own.moving_var = (tensor.clone() for tensor in before)
        mistakes = (
            [Mistake(batch, "in evaluation BatchNorm normalises with the batch's statistics")] if len(X) > 1 else []
        )
        got = run(layer, "eval", X)
        assert_close(got, run(own, "eval", X), "BatchNorm's output is wrong in evaluation", mistakes=mistakes)
    message = "BatchNorm's moving statistics change in evaluation; only training updates them"
    for name, value in zip(("moving_mean", "moving_var"), before, strict=True):
        assert_close(getattr(layer, name), value, message, rtol=1e-6, atol=1e-6)


@criterion("training")
@hint(
    "the moving statistics go on from where they were, in every training step and after an evaluation",
    "The BatchNorm layer",
)
def test_training_goes_on(student, reference, rng):
    """BatchNorm can switch between training and evaluation again and again"""
    size = (5, 3, 4, 2)
    layer, own = draw_layer(student, reference, rng, size)
    for number, mode in enumerate(("eval", "train", "eval", "train", "train", "eval")):
        X = Inputs(rng, size).X
        when = "before any training" if number == 0 else f"in {mode} mode after switching between the modes"
        expected = run(own, mode, X).detach()
        assert_close(run(layer, mode, X), expected, f"BatchNorm's output is wrong {when}")
    assert_same_state(layer, own, "switching between the modes")


@criterion("training")
@hint("every training batch updates the moving statistics, whatever they are by now", "The BatchNorm layer")
def test_moving_statistics_after_many_batches(student, reference, harness, rng):
    """BatchNorm's moving statistics are right after many batches that hardly vary, and one that does"""
    layer, own = draw_layer(student, reference, rng, (4, 3))
    alike = torch.randn(1, 3, generator=rng) + 1e-3 * torch.randn(4, 3, generator=rng)
    harness.train_often(layer, alike, 120)
    for _ in range(120):
        own.train()(alike)
    assert_same_state(layer, own, "many training batches")
    X = Inputs(rng, (4, 3)).X
    run(layer, "train", X)
    run(own, "train", X)
    assert_same_state(layer, own, "a training batch that follows many others")


@criterion("training")
@hint("every layer makes its own tensors in its constructor", "The BatchNorm layer")
def test_layers_are_independent(student, rng):
    """Two BatchNorm layers share nothing"""
    first, second = layer_for(student, (4, 3)), layer_for(student, (4, 3))
    names = {"moving_mean": "moving mean", "moving_var": "moving variance"}
    begin = {name: getattr(second, name).clone() for name in names}
    run(first, "train", 5 + Inputs(rng, (4, 3)).X)
    moves = differs(first.moving_mean, begin["moving_mean"])
    check(moves, "BatchNorm's moving statistics stay the same in training")
    shapes = first.parameter_shapes()
    first.set_parameters({name: 3 + torch.rand(tuple(shape), generator=rng) for name, shape in shapes.items()})
    third = layer_for(student, (4, 3))
    for other in (second, third):
        for name, words in names.items():
            assert_close(getattr(other, name), begin[name], f"two BatchNorm layers share their {words}")
        for value in other.named_parameters().values():
            check(not (value > 2).any(), "two BatchNorm layers share their parameters")


@criterion("training")
@hint("the moving statistics are bookkeeping: detach what goes into them", "The BatchNorm layer")
def test_layer_state_without_graph(student, harness, rng):
    """BatchNorm's moving statistics carry no graph and are not learned"""
    layer = layer_for(student, (6, 4))
    for _ in range(2):
        y = run(layer, "train", Inputs(rng, (6, 4)).X)
        check(y.requires_grad, "BatchNorm's output does not depend on its parameters for autograd")
        y.backward(torch.randn(y.shape, generator=rng))
    state = harness.state(layer)
    check(not any(state["requires_grad"]), "BatchNorm's moving statistics require grad; they are not learned")
    learned = set(layer.named_parameters())
    check(
        learned == {"gamma", "beta"},
        "BatchNorm's parameters should be gamma and beta alone; the moving statistics are state and no parameters",
    )


@criterion("gradients", weight=2)
@sizes
@hint("gamma scales and beta shifts the normalised X; nothing on that way may be detached", "The BatchNorm layer")
def test_layer_gradients(student, reference, rng, size):
    """Gradients reach BatchNorm's input, gamma and beta"""
    check_layer_gradients(student, reference, rng, size)
    if len(size) == 4:
        check_layer_gradients(student, reference, rng, (1, *size[1:]), where=" for a batch of one image")


@criterion("values")
@hint(
    "compute the output from the layer's state as it is at each call, into a tensor of its own", "The BatchNorm layer"
)
@sizes
def test_layer_evaluated_again(student, reference, harness, rng, size):
    """In evaluation BatchNorm sees its new parameters and inputs, and leaves its earlier results alone"""
    layer, own = draw_layer(student, reference, rng, size)
    X, other = Inputs(rng, size).X, Inputs(rng, size).X
    assert_close(run(layer, "eval", X), run(own, "eval", X), "BatchNorm's output is wrong in evaluation")
    drawn = {name: torch.randn(value.shape, generator=rng) for name, value in own.named_parameters()}
    layer.set_parameters(drawn)
    with torch.no_grad():
        for name, value in own.named_parameters():
            value.copy_(drawn[name])
    message = "BatchNorm's output is wrong where its parameters have changed since the last call in evaluation"
    assert_close(run(layer, "eval", X), run(own, "eval", X), message)
    results = harness.evaluated(layer, [X, other])
    messages = (
        "BatchNorm's result in evaluation is wrong after a second call: does that write into the first one?",
        "BatchNorm's output is wrong in evaluation for a second input",
    )
    for result, x, message in zip(results, (X, other), messages, strict=True):
        assert_close(result, run(own, "eval", x), message)


@criterion("gradients")
@hint("what a backward pass needs belongs to its own forward pass, not to the layer", "The BatchNorm layer")
def test_layer_gradients_after_another_call(student, reference, rng):
    """Gradients are right after a forward pass of BatchNorm that another one followed"""
    size = (3, 4, 5, 2)
    other, where = Inputs(rng, size).X, " where the layer is called again before backward"
    check_layer_gradients(student, reference, rng, size, lambda layer: run(layer, "train", other), where)


def check_layer_gradients(student, reference, rng, size: tuple[int, ...], between=None, where: str = "") -> None:
    """The gradients of the student's layer are the reference's; `between` is done between the two passes."""
    layer, own = draw_layer(student, reference, rng, size)
    X = Inputs(rng, size).X.requires_grad_()
    X_own = X.detach().clone().requires_grad_()
    y, expected = run(layer, "train", X), run(own, "train", X_own)
    check(y.requires_grad, "BatchNorm's output does not depend on its parameters for autograd")
    cotangent = torch.randn(size, generator=rng)
    assert_shape(y, size, "BatchNorm's output")
    if between is not None:
        between(layer)
    y.backward(cotangent)
    expected.backward(cotangent)
    got = {"the input": X.grad, **layer.gradients()}
    right = {"the input": X_own.grad, "gamma": own.gamma.grad, "beta": own.beta.grad}
    for name, gradient in right.items():
        check(got.get(name) is not None, f"no gradient reaches {name} of BatchNorm{where}")
        message = f"the gradient for {name} of BatchNorm is wrong{where}"
        assert_close(got[name], gradient, message, rtol=1e-3, atol=1e-4)


@criterion("implementation", weight=4)
@hint("call your own batch_norm in the layer's forward", "Forbidden")
def test_layer_from_scratch(restricted_student, rng):
    """BatchNorm and lenet_bn work without any built-in normalisation"""
    try:
        for size in SIZES.values():
            layer, X = layer_for(restricted_student, size), Inputs(rng, size).X
            for mode in ("train", "eval"):
                assert_shape(run(layer, mode, X), size, "BatchNorm's output")
    finally:
        uses_no_builtin(restricted_student, "BatchNorm")
    try:
        net = assert_module(restricted_student.lenet_bn(), "what lenet_bn() returns")
        for mode in ("train", "eval"):
            assert_shape(run(net, mode, draw_images(rng, 4)), (4, 10), "lenet_bn's output")
    finally:
        uses_no_builtin(restricted_student, "lenet_bn")


@criterion("implementation")
@sizes
@hint("work on a copy if you have to change something", "The BatchNorm layer")
def test_layer_leaves_inputs_alone(observed_student, reference, rng, size):
    """BatchNorm leaves its input and its parameters as they were"""
    layer, own = draw_layer(observed_student, reference, rng, size)
    for mode in ("train", "eval"):
        X, before = Inputs(rng, size).X, layer.named_parameters()
        expected = run(own, mode, X.clone())
        with unchanged(f"BatchNorm in {mode} mode", X=X):
            Y = run(layer, mode, X)
        after = layer.named_parameters()
        same = all(torch.equal(before[name], after[name]) for name in before)
        check(same, "BatchNorm changes gamma or beta in a forward pass; that is the optimizer's part")
        assert_normalises(Y, expected, f"BatchNorm in {mode} mode")


@criterion("device", weight=2)
@hint("move the moving statistics to X's device in `forward`, or register them as buffers", "The BatchNorm layer")
@pytest.mark.parametrize("training", [True, False], ids=["in training", "in evaluation"])
@sizes
@on_devices
def test_layer_moves(student, reference, harness, rng, size, training, where):
    """BatchNorm's moving statistics follow the input to another device"""
    layer, own = draw_layer(student, reference, rng, size)
    X = Inputs(rng, size).X
    got = moved(harness, layer, X, where, [training])
    mode = "train" if training else "eval"
    right = run(own, mode, X).detach()
    if got is not None:
        message = "BatchNorm's output on the GPU is another one than on the CPU"
        same_elsewhere(got, right, lambda: run(same_layer(student, own, size), mode, X), message)
    else:
        assert_normalises(run(same_layer(student, own, size), mode, X), right, "BatchNorm")


@criterion("device")
@pytest.mark.parametrize("training", [True, False], ids=["in training", "in evaluation"])
@hint("moving to a device takes the numbers along: from any device to any other, and back", "The BatchNorm layer")
@needs_cuda(2)
def test_layer_travels(student, reference, harness, rng, training):
    """BatchNorm's moving statistics keep their values from device to device and back"""
    size = (5, 4, 3, 2) if training else (6, 5)
    layer, own = draw_layer(student, reference, rng, size)
    batches = [Inputs(rng, size).X for _ in range(6)]
    places = ["cpu", "cpu", "cuda:0", "cuda:1", "cuda:0", "cpu"]
    modes = [True, True, *[training] * 4]
    try:
        reports = harness.journey(layer, batches, list(zip(places, modes, strict=True)))
    except StudentError as error:
        message = "on the way from the CPU to one GPU, another one and back a tensor is not where the input is"
        check(not mixes_devices(error), message)
        raise
    expected = reference_journey(own, batches, modes)
    usual = None
    for number, (report, place, right) in enumerate(zip(reports, places, expected, strict=True)):
        there = {report["output"], *report["statistics"]}
        check(there == {place}, f"with the input on {place} BatchNorm's output or moving statistics are elsewhere")
        assert_normalises(report["values"][0], right[0], "BatchNorm")
        message = "after a move from one device to another BatchNorm goes on with other moving statistics than before"
        for part, value in enumerate(right):
            if differs(report["values"][part], value, rtol=1e-3, atol=1e-4):
                if usual is None:  # as wrong without any move is other tests' business
                    stays = [("cpu", mode) for mode in modes]
                    usual = harness.journey(same_layer(student, own, size), batches, stays)
                check(not differs(report["values"][part], usual[number]["values"][part], rtol=1e-3, atol=1e-4), message)


def reference_journey(own, batches: list[torch.Tensor], modes: list[bool]) -> list[list[torch.Tensor]]:
    """The reference's output and moving statistics after every batch."""
    found = []
    for X, training in zip(batches, modes, strict=True):
        Y = run(own, "train" if training else "eval", X).detach()
        found.append([Y, own.moving_mean.clone(), own.moving_var.clone()])
    return found


@criterion("device")
@pytest.mark.parametrize("training", [True, False], ids=["in training", "in evaluation"])
@sizes
@hint(
    "nothing may be turned into float32 on the way: new tensors take the type of the ones they work with",
    "The BatchNorm layer",
)
def test_double_precision(student, reference, harness, rng, size, training):
    """After .double() BatchNorm takes double precision inputs"""
    layer, own = draw_layer(student, reference, rng, size)
    X = Inputs(rng, size).X
    got, mode = harness.in_double_precision(layer, X, training), "train" if training else "eval"
    message = "BatchNorm's output after `.double()` is another one than before"
    right = run(own, mode, X).detach()
    same_elsewhere(got, right, lambda: run(same_layer(student, own, size), mode, X), message)
