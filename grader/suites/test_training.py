"""Hidden suite: the GPU training loop."""

from __future__ import annotations

import itertools
import math
import re

import pytest
import torch

from grader.engine.errors import StudentError
from grader.engine.shared import share
from grader.testing import (
    CheckFailed,
    assert_shape,
    check,
    criterion,
    differs,
    hint,
    match_parameters,
    mixes_devices,
    needs_cuda,
    on_devices,
    uses_harness,
)

CONFIGURATIONS = [
    ("a fully connected net", "SGD", "cross-entropy"),
    ("a convolutional net", "SGD with momentum", "cross-entropy"),
    ("a net with batch normalisation", "SGD", "smoothed cross-entropy"),
    ("a net with dropout", "Adam", "cross-entropy"),
    ("a net of nested modules", "SGD on groups of parameters", "a margin loss"),
]
NETS = [net for net, _, _ in CONFIGURATIONS]
PLAIN, NESTED = NETS[0], NETS[-1]
BATCH = 8
SMALL_BATCH = 4
"""For `train_gpu`, so that a few samples make five batches: the book's loop notes something every fifth of an epoch."""
EXACT = 2e-6
"""How far a share in float32 may be from the right one."""


def classes_of(net):
    """How many scores the net gives."""
    return 4 if net == NESTED else 10


def draw_data(rng, count, classes=10):
    """Images (count, 1, 8, 8) and labels."""
    images = torch.randn(count, 1, 8, 8, generator=rng)
    return images, torch.randint(classes, (count,), generator=rng)


def single_last(net):
    """Whether the net can be trained on a batch of one sample, which no batch normalisation can."""
    return net not in ("a net with batch normalisation", NESTED)


def draw_state(local_harness, rng, net):
    """Weights of good scale; moving statistics that are not those of the data."""
    state = local_harness.NETS[net]().state_dict()
    for name, value in state.items():
        if name.endswith("running_var"):
            value.uniform_(0.5, 2.0, generator=rng)
        elif value.is_floating_point():
            value.copy_(torch.randn(value.shape, generator=rng) * 0.3)
    return state


@pytest.fixture
def right_epochs(once, reference, local_harness):
    """`run_epochs` with the reference, of inputs that the test has drawn: the same for every submission of a run."""

    def run(*arguments, name="epochs", **settings):
        return once(name, lambda: local_harness.run_epochs(reference.train_epoch_gpu, *arguments, **settings))

    return run


@pytest.fixture
def right_evaluation(once, reference, local_harness):
    """The reference's accuracy by `run_evaluation`, likewise."""

    def run(*arguments):
        return once("accuracy", lambda: local_harness.run_evaluation(reference.evaluate_accuracy_gpu, *arguments)[0])

    return run


def number(value, what):
    """A plain finite number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise CheckFailed(f"{what} should be a float, not a {type(value).__name__}")
    check(math.isfinite(value), f"{what} is not a finite number")
    return float(value)


STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def same_state(got, expected, message, atol=1e-5, again=None):
    """Checks the net's state. What finds the message by running the submission once more may stand for it.

    `again(change)` is the expected state when training begins with `change(weights)`: a normalisation over few samples
    can enlarge rounding, which is no mistake, a hundred times.
    """
    check(isinstance(got, dict) and got.keys() == expected.keys(), "the net lost parameters in training")
    for name, value in expected.items():
        check(type(got[name]) is torch.Tensor, "the net's parameters cannot be read")
        of_type(got[name], value.dtype)

    def wrong(atol):
        return any(differs(got[name], value, rtol=0, atol=atol) for name, value in expected.items())

    if wrong(atol) and (again is None or wrong(atol + rounding(again, expected))):
        off = [name for name, value in expected.items() if differs(got[name], value, rtol=0, atol=atol)]
        check(
            again is None or not all(name.rpartition(".")[2] in STATISTICS for name in off),
            "the net's parameters are right, the moving statistics of its normalisation are not: "
            "does every training batch go through the net just once, and in training mode nothing else?",
        )
        raise CheckFailed(message() if callable(message) else message)


def rounding(again, expected):
    """Ten times what becomes of the parameters when the weights are off by as little as float32 tells apart."""
    off = 0.0
    for _ in range(4):
        state = again(lambda weights: {k: v * (1 + 1.2e-7 * torch.randn(v.shape)) for k, v in weights.items()})
        off = max(off, *(float((state[k] - value).abs().max()) for k, value in expected.items()))
    return min(10 * off, 1e-2)


def of_type(tensor, dtype):
    check(tensor.dtype == dtype, f"the net's parameters have become {tensor.dtype}; they came as {dtype}")


# ---- values


@criterion("values")
@hint("count where the largest entry of each row is at the label", "Accuracy")
@pytest.mark.parametrize(
    ("count", "classes", "scale", "shift"),
    [(1, 10, 1, 0), (7, 3, 1, 0), (32, 13, 1, 0), (5000, 4, 1, 0), (32, 10, 100, 200), (32, 10, 1e-3, -2)],
    ids=["one sample", "three classes", "thirteen classes", "many samples", "large scores", "close scores"],
)
def test_accuracy_counts(student, rng, count, classes, scale, shift):
    """accuracy is the number of right predictions, for any number of classes and any scores"""
    y_hat = scale * torch.randn(count, classes, generator=rng) + shift
    others = torch.randint(classes, (count,), generator=rng)
    y = torch.where(torch.rand(count, generator=rng) < 0.6, y_hat.argmax(1), others)
    right = int((y_hat.argmax(1) == y).sum())
    got = number(student.accuracy(y_hat, y), "accuracy's result")
    check(not (count > 1 and right and abs(got - right / count) < 1e-6), "accuracy returns a share, not the number")
    check(abs(got - right) < 0.01, "accuracy counts the right predictions wrongly")


@criterion("values")
@hint("add up right predictions and samples over all batches, divide once at the end", "Accuracy")
@pytest.mark.parametrize("net", NETS)
def test_evaluation(student, harness, local_harness, right_evaluation, rng, net):
    """evaluate_accuracy_gpu is the share of right predictions, with a short last batch too"""
    state, data, in_training, by_batch = draw_evaluation(local_harness, rng, net)
    arguments = (net, state, data, BATCH)
    expected = right_evaluation(*arguments)
    got, *_ = harness.run_evaluation(student.evaluate_accuracy_gpu, *arguments)
    got = number(got, "evaluate_accuracy_gpu's result")
    check(0 <= got <= 1, "evaluate_accuracy_gpu should give a share between 0 and 1")
    if abs(got - expected) > EXACT:
        sentence = "evaluate_accuracy_gpu averages over batches: a short last batch counts too much"
        check(abs(got - by_batch) > EXACT, sentence)
        check(abs(got - in_training) > EXACT, f"evaluate_accuracy_gpu evaluates {net} in training mode")
        raise CheckFailed(f"evaluate_accuracy_gpu's share of right predictions is wrong for {net}")


@criterion("values")
@hint("every batch counts, however many there are", "Accuracy")
def test_evaluation_of_many(student, harness, local_harness, rng):
    """evaluate_accuracy_gpu is the share of right predictions among thousands of samples"""
    state, (images, _) = draw_state(local_harness, rng, PLAIN), draw_data(rng, 4100)
    net = local_harness.NETS[PLAIN]()
    net.load_state_dict(state)
    with torch.no_grad():
        first, second = net(images).topk(2).values.T
        images = images[first - second > 1e-3][:4003]  # rounding turns no prediction over
        labels = net(images).argmax(1)
    wrong = torch.rand(len(images), generator=rng) < 0.2
    wrong[0] ^= (len(images) - int(wrong.sum())) % 2 == 0  # no short floating-point type holds a large odd number
    labels = torch.where(wrong, (labels + 1) % 10, labels)
    got, *_ = harness.run_evaluation(student.evaluate_accuracy_gpu, PLAIN, state, (images, labels), 40)
    off = number(got, "evaluate_accuracy_gpu's result") * len(labels) - int((~wrong).sum())
    check(abs(off) < 0.5, "evaluate_accuracy_gpu's share of right predictions is wrong when there are many batches")


def draw_evaluation(local_harness, rng, net):
    """State and data for an evaluation with four wrong predictions, and the shares that mistakes give.

    Drawn until training mode gives another share, unless the net computes the same in both modes.
    """
    last = 1 if single_last(net) else 3
    for _ in range(100):
        state, (images, _) = draw_state(local_harness, rng, net), draw_data(rng, 2 * BATCH + last)
        for name in list(state)[-2:]:
            state[name] *= 300  # what squashes the scores makes them all the same
        own = local_harness.NETS[net]()
        own.load_state_dict(state)
        labels = own.eval()(images).argmax(1)
        labels[[1, 5, -1, -2]] += 1
        data = (images, labels % classes_of(net))
        in_training, by_batch = shares_of_mistakes(own, data)
        with torch.no_grad():
            same_in_both = torch.equal(own.train()(images), own.eval()(images))
        if same_in_both or abs(in_training - (1 - 4 / len(images))) > EXACT:
            break
    return state, data, in_training, by_batch


def shares_of_mistakes(net, data):
    """The accuracy as it is in training mode, and as the batches' average."""
    batches = list(zip(*(tensor.split(BATCH) for tensor in data), strict=True))
    with torch.no_grad():
        by_batch = torch.stack([(net.eval()(X).argmax(1) == y).float().mean() for X, y in batches]).mean()
        in_training = sum(int((net.train()(X).argmax(1) == y).sum()) for X, y in batches) / len(data[1])
    return in_training, float(by_batch)


@criterion("values")
@hint("count the samples as they come; a loader, or a list of batches: both are iterables", "Accuracy")
def test_batches_in_a_list(student, harness, local_harness, right_epochs, right_evaluation, rng):
    """The batches may come from any iterable, such as a list"""
    net = "a fully connected net"
    state, data = draw_state(local_harness, rng, net), draw_data(rng, BATCH + 3)
    evaluation, epoch = (net, state, data, BATCH), (net, state, data, BATCH, "SGD", "cross-entropy", 1)
    share_of_right = right_evaluation(*evaluation)
    got, *_ = from_list(lambda: harness.run_evaluation(student.evaluate_accuracy_gpu, *evaluation, plain=True))
    message = "evaluate_accuracy_gpu's share of right predictions is wrong"
    check(abs(number(got, "evaluate_accuracy_gpu's result") - share_of_right) < EXACT, message)
    right = epoch_result(right_epochs(*epoch))
    got = epoch_result(from_list(lambda: harness.run_epochs(student.train_epoch_gpu, *epoch, plain=True)))
    if different(got, right):
        from_loader = epoch_result(harness.run_epochs(student.train_epoch_gpu, *epoch))
        message = (
            "train_epoch_gpu does something else when the batches come in a list than when a data loader gives them"
        )
        check(not different(got, from_loader), message)
        check(different(got[2:], epoch_result(([(0.0, 0.0)], state, []))[2:]), "train_epoch_gpu changes no parameter")


def from_list(call):
    """What the call returns; when it asks a list of batches for what only a data loader has, that is the message."""
    try:
        return call()
    except AttributeError as error:
        asked = re.search(r"'list' object has no attribute '(\w+)'", getattr(error, "text", str(error)))
        check(asked is None, f"the batches may come in any iterable: a list of them has no `{asked and asked[1]}`")
        raise


@criterion("values")
@uses_harness("initialisation")
@hint("nn.init.xavier_uniform_ does it for one tensor", "Initialisation")
@pytest.mark.parametrize(("kind", "fans"), [("linear", (300, 200)), ("convolutional", (8 * 15, 24 * 15))])
def test_xavier(student, harness, kind, fans):
    """init_weights draws Xavier-uniform weights"""
    weight, other = harness.initialised(student.init_weights, kind)
    check(differs(weight, torch.full_like(weight, 0.5)), f"init_weights leaves a {kind} layer as it was")
    bound = math.sqrt(6 / sum(fans))
    largest, spread = float(weight.abs().max()), float(weight.std())
    uniform = largest <= bound * (1 + 1e-5) and largest > 0.97 * bound and abs(spread / bound * 3**0.5 - 1) < 0.05
    kaiming = abs(spread - math.sqrt(2 / fans[0])) < 0.05 * spread
    normal = abs(spread / bound * 3**0.5 - 1) < 0.05
    check(not kaiming or uniform, f"init_weights draws Kaiming, not Xavier weights for a {kind} layer")
    check(not normal or uniform, f"init_weights draws normal, not uniform Xavier weights for a {kind} layer")
    check(uniform, f"init_weights does not draw Xavier-uniform weights for a {kind} layer")
    check(abs(float(weight.mean())) < 0.1 * bound, f"init_weights' draws for a {kind} layer are not centred on zero")
    check(differs(weight, other), "init_weights gives two layers of one shape the same weights: is a seed set?")


@criterion("values")
@uses_harness("initialisation")
@hint("only nn.Linear and nn.Conv2d, only their weights", "Initialisation")
def test_init_leaves_other_layers(student, harness):
    """init_weights leaves layers of other kinds alone"""
    weights = harness.initialised_others(student.init_weights)
    check(isinstance(weights, dict) and "linear" in weights, "the layers' weights cannot be read")
    linear = weights.pop("linear")
    check(differs(linear, torch.full_like(linear, 0.5)), "init_weights leaves a linear layer as it was")
    for kind, weight in weights.items():
        alone = type(weight) is torch.Tensor and bool((weight == 0.5).all())
        check(alone, f"init_weights changes a layer that is no nn.Linear and no nn.Conv2d ({kind})")


@criterion("values")
@pytest.mark.parametrize(("net", "loss", "many"), [(NETS[0], "cross-entropy", 120), (NETS[1], "a margin loss", 40)])
@hint("weigh each batch by its number of samples: the last one may be shorter", "One epoch")
def test_returned_averages(student, reference, harness, local_harness, right_epochs, rng, net, loss, many):
    """train_epoch_gpu returns loss and accuracy averaged over samples"""
    # After few steps a short last batch shows in the loss; after many, accuracies of other moments always differ.
    for batches, last, tolerance in ((2, 3, 1e-5), (2, 1, 1e-5), (many, 3, 1e-4)):
        data = draw_data(rng, batches * BATCH + last, 2)  # many are right
        arguments = net, draw_state(local_harness, rng, net), data, BATCH, "SGD", loss
        (expected,), *_ = right_epochs(*arguments, 1, name=f"{batches} batches and {last}")
        (got,), *_ = harness.run_epochs(student.train_epoch_gpu, *arguments, 1)
        pair = isinstance(got, tuple | list) and len(got) == 2
        check(pair, "train_epoch_gpu should return the pair (mean loss, accuracy)")
        mean, accuracy = number(got[0], "the mean loss"), number(got[1], "the accuracy")
        if abs(mean - expected[0]) > tolerance * max(1, expected[0]):
            losses = [value for value, _ in local_harness.each_batch(reference.train_epoch_gpu, *arguments)]
            by_batch = abs(mean - sum(losses) / len(losses)) < 1e-4
            check(not by_batch, "train_epoch_gpu's loss is averaged over batches: the short last one counts too much")
            raise CheckFailed(
                "train_epoch_gpu's loss is not the mean of the given loss over samples, each before its batch's step"
            )
        message = "train_epoch_gpu's accuracy is not the share of right training samples, each before its batch's step"
        check(abs(accuracy - expected[1]) < EXACT, message)


# ---- training


@criterion("training", weight=2)
@hint("per batch: move it, zero the gradients, forward, loss, backward, one optimizer step", "One epoch")
@pytest.mark.parametrize("steps", [1, 3, 5])
@pytest.mark.parametrize(("net", "optimizer", "loss"), CONFIGURATIONS, ids=NETS)
def test_steps(student, reference, harness, local_harness, right_epochs, rng, net, optimizer, loss, steps):
    """train_epoch_gpu takes the right steps"""
    last = BATCH if steps == 1 else 1 if single_last(net) and steps == 5 else BATCH - 2
    data = draw_data(rng, BATCH * (steps - 1) + last, classes_of(net))
    arguments = (net, draw_state(local_harness, rng, net), data, BATCH, optimizer, loss, 1)
    _, expected, *_ = right_epochs(*arguments)
    _, got, *_ = harness.run_epochs(student.train_epoch_gpu, *arguments)
    check(
        any(differs(got[k], arguments[1][k], rtol=0, atol=1e-6) for k in expected),
        "train_epoch_gpu changes no parameter",
    )

    def message():
        batches = "one batch" if steps == 1 else f"{steps} batches"
        said = f"after {batches} the parameters of {net}, trained by {optimizer}, are wrong"
        sharp = "SGD" if optimizer == "Adam" else optimizer  # whose first step says little of the gradients
        first = *arguments[:2], [tensor[:BATCH] for tensor in data], BATCH, sharp, loss, 1
        wrong_at_once = steps == 1 or trains_wrongly(student, reference, harness, local_harness, *first)
        return said if wrong_at_once else f"{said}, though right after the first: are the gradients zeroed for each?"

    def again(change):
        return local_harness.run_epochs(reference.train_epoch_gpu, net, change(arguments[1]), *arguments[2:])[1]

    same_state(got, expected, message, again=again)


def trains_wrongly(student, reference, harness, local_harness, *arguments):
    """Whether the parameters are wrong here too, so that nothing more special is to blame."""
    _, expected, *_ = local_harness.run_epochs(reference.train_epoch_gpu, *arguments)
    _, got, *_ = harness.run_epochs(student.train_epoch_gpu, *arguments)
    return not isinstance(got, dict) or any(
        name not in got or differs(got[name], value, rtol=0, atol=1e-5) for name, value in expected.items()
    )


@criterion("training")
@hint("one optimizer for the whole training: what it remembers from earlier steps belongs to it", "One epoch")
@pytest.mark.parametrize("optimizer", ["SGD with momentum", "Adam"])
def test_optimizer_goes_on(student, reference, harness, local_harness, right_epochs, rng, optimizer):
    """train_epoch_gpu uses the optimizer that it is given, as it is, in every epoch"""
    arguments = PLAIN, draw_state(local_harness, rng, PLAIN), draw_data(rng, 20), BATCH, optimizer, "cross-entropy", 2
    _, expected, *_ = right_epochs(*arguments)
    _, got, *_ = harness.run_epochs(student.train_epoch_gpu, *arguments)

    def message():
        said = f"after two epochs with one optimizer ({optimizer}) the parameters are wrong"
        if trains_wrongly(student, reference, harness, local_harness, *arguments[:-1], 1):
            return said
        return f"{said}, though right after the first: is the optimizer changed, or made anew?"

    same_state(got, expected, message)


@criterion("training")
@hint("what is trained, and what is not, is up to the net and the optimizer that are given", "One epoch")
def test_frozen_parameters(student, harness, local_harness, right_epochs, rng):
    """train_epoch_gpu leaves parameters alone that require no gradient"""
    state = draw_state(local_harness, rng, PLAIN)
    arguments = PLAIN, state, draw_data(rng, 20), BATCH, "SGD", "cross-entropy", 1
    _, expected, *_ = right_epochs(*arguments, frozen=True)
    _, got, *_ = harness.run_epochs(student.train_epoch_gpu, *arguments, frozen=True)
    frozen = next(iter(state))
    alone = isinstance(got, dict) and type(got.get(frozen)) is torch.Tensor and not differs(got[frozen], state[frozen])
    check(alone, "train_epoch_gpu changes a parameter that requires no gradient")
    same_state(got, expected, "with the first layer's weights frozen, the other parameters are trained wrongly")


@criterion("training")
@hint("the gradients are the optimizer's to use as they are", "One epoch")
def test_large_gradients(student, reference, harness, local_harness, right_epochs, rng):
    """train_epoch_gpu takes the right step when gradients are large"""
    state, data = draw_state(local_harness, rng, PLAIN), draw_data(rng, BATCH)
    state[list(state)[-2]] *= 30  # large scores, too
    arguments = PLAIN, state, data, BATCH, "SGD", "a loss of large values", 1
    right = right_epochs(*arguments)
    result = harness.run_epochs(student.train_epoch_gpu, *arguments)
    expected, got = right[1], result[1]
    largest = max(float(value.abs().max()) for value in expected.values())

    def message():
        usual = *arguments[:1], draw_state(local_harness, rng, PLAIN), data, BATCH, "SGD", "cross-entropy", 1
        said = "after a step with large gradients the parameters are wrong"
        wrong_anyway = trains_wrongly(student, reference, harness, local_harness, *usual)
        return said if wrong_anyway else f"{said}, though right with small ones: is something cut?"

    same_state(got, expected, message, atol=1e-5 * largest)
    (mean, *_), (mean_expected, *_) = epoch_result(result), epoch_result(right)
    close = abs(mean - mean_expected) < 1e-4 * mean_expected
    check(close, "train_epoch_gpu's mean loss is wrong when losses are large")


@criterion("training")
@hint("nothing in an epoch may set torch's random numbers back to where they were", "One epoch")
def test_epochs_in_new_order(student, harness, rng):
    """A shuffled training set comes in another order in every epoch"""
    found = harness.orders(student.train_epoch_gpu, student.train_gpu, PLAIN, draw_data(rng, 40), BATCH, 3)
    for function, order in zip(("train_epoch_gpu", "train_gpu"), found, strict=True):
        epochs = {tuple(order[-40 * n :][:40]) for n in (1, 2, 3)}
        message = f"{function} goes through a shuffled training set in the same order in every epoch: is a seed set?"
        check(len(epochs) == 3, message)


@criterion("training")
@hint("with torch.no_grad(): ends by itself; torch.set_grad_enabled(False) stays", "One epoch")
def test_gradients_stay_enabled(student, harness, rng):
    """After train_epoch_gpu gradients are enabled as before"""
    enabled, before, after = harness.grad_mode_after(student.train_epoch_gpu, PLAIN, draw_data(rng, BATCH + 3), BATCH)
    check(isinstance(after, dict) and after.keys() == before.keys(), "the net's parameters cannot be read")
    check(any(differs(after[name], value) for name, value in before.items()), "train_epoch_gpu changes no parameter")
    check(enabled, "after train_epoch_gpu gradients are switched off, for whatever comes next")


@criterion("training")
@hint("net.train() belongs into every epoch: an evaluation in between has switched it off", "One epoch")
@pytest.mark.parametrize("net", NETS[2:])
def test_training_mode(student, reference, harness, local_harness, right_epochs, rng, net):
    """train_epoch_gpu trains in training mode"""
    data = draw_data(rng, 2 * BATCH, classes_of(net))
    arguments = net, draw_state(local_harness, rng, net), data, BATCH, "SGD", "cross-entropy", 2
    _, expected, *_ = right_epochs(*arguments)
    _, got, _, modes = harness.run_epochs(student.train_epoch_gpu, *arguments)
    always = isinstance(modes, list) and all(modes)
    sentence = f"{net} is trained wrongly in two epochs of train_epoch_gpu, though in training mode"

    def again(change):
        return local_harness.run_epochs(reference.train_epoch_gpu, net, change(arguments[1]), *arguments[2:])[1]

    message = sentence if always else f"{net} is not in training mode in every epoch of train_epoch_gpu"
    same_state(got, expected, message, again=again)


@criterion("training")
@hint("net.eval(), and torch.no_grad() around the loop", "Accuracy")
def test_evaluation_mode(student, harness, local_harness, rng):
    """evaluate_accuracy_gpu evaluates: evaluation mode, no gradients, nothing changed"""
    net = "a net with batch normalisation"
    state = draw_state(local_harness, rng, net)
    _, seen, after, gradients, required, enabled = harness.run_evaluation(
        student.evaluate_accuracy_gpu, net, state, draw_data(rng, 20), BATCH
    )
    check(seen, "evaluate_accuracy_gpu never calls the net")
    check(not any(training for _, training, _ in seen), "evaluate_accuracy_gpu leaves the net in training mode")
    check(not any(grad for grad, _, _ in seen), "evaluate_accuracy_gpu computes with gradients: use torch.no_grad()")
    check(not any(gradients), "evaluate_accuracy_gpu runs a backward pass")
    check(enabled, "after evaluate_accuracy_gpu gradients are still switched off, for whatever comes next")
    frozen = "evaluate_accuracy_gpu changes which of the net's parameters require gradients"
    check(required == [False] + [True] * (len(required) - 1), frozen)
    same_state(after, state, "evaluate_accuracy_gpu changes the net")


def trained(student, harness, local_harness, rng, net, *, epochs, lr=0.2, batch=SMALL_BATCH, tested=BATCH + 2, **named):
    """One call of train_gpu on five batches, with what it was given; `tested` samples are in the test set."""
    last = batch if batch == 1 else 1 if single_last(net) else 3
    train, test = (draw_data(rng, count, classes_of(net)) for count in (4 * batch + last, tested))
    given = (net, draw_state(local_harness, rng, net), train, test, batch)
    return given, harness.run_training(student.train_gpu, *given, epochs, lr, **named)


def every_sample(report, epochs):
    """Whether each training sample was asked for once an epoch; of one batch more than that may be looked at."""
    counts = report["counts"]
    return set(counts) <= {epochs, epochs + 1} and sum(counts) <= epochs * len(counts) + BATCH


def history_of(report, epochs):
    """The history that train_gpu returned, its form checked."""
    history = report["history"]
    check(isinstance(history, list), "train_gpu should return a list with one dict per epoch")
    check(len(history) >= epochs, "train_gpu's history has fewer entries than there are epochs")
    check(len(history) <= epochs, "train_gpu's history has more entries than there are epochs: is it empty at first?")
    check(all(isinstance(entry, dict) for entry in history), "train_gpu should return a list of dicts")
    return history


@criterion("training", weight=2)
@hint("initialise, move, then per epoch: train_epoch_gpu, evaluate_accuracy_gpu, one entry", "The whole training")
@pytest.mark.parametrize("net", NETS)
def test_train_gpu(student, reference, harness, local_harness, rng, net):
    """train_gpu trains by SGD at the given learning rate"""
    given, report = trained(student, harness, local_harness, rng, net, epochs=3)
    initial = report["initial"]
    check(isinstance(initial, dict) and initial.keys() == given[1].keys(), "train_gpu never calls the net")
    check(every_sample(report, 3), "train_gpu does not use every training sample once per epoch")
    functions = reference.train_epoch_gpu, reference.evaluate_accuracy_gpu
    _, expected = local_harness.continue_training(*functions, given[0], initial, *given[2:], 3, 0.2)
    message = f"after train_gpu the parameters of {net} are wrong: cross-entropy, plain SGD with lr?"

    def again(change):
        return local_harness.continue_training(*functions, given[0], change(initial), *given[2:], 3, 0.2)[1]

    same_state(report["state"], expected, message, again=again)


@criterion("training")
@hint("learning rate, gradients and loss are to be used as they are", "The whole training")
def test_large_learning_rate(student, reference, harness, local_harness, rng):
    """train_gpu takes a large learning rate and large gradients as they are, with batches from a list"""
    lr, net = 2 + 2 * float(torch.rand((), generator=rng)), "a linear net"
    images, labels = draw_data(rng, 5 * SMALL_BATCH)
    # Only the last batch has images that are not black: one and the same, with labels that contradict each other.
    images[:-SMALL_BATCH] = 0
    images[-SMALL_BATCH:] = 200 * images[-1]  # to scores whose exponentials are no float32
    labels[-SMALL_BATCH:] = torch.randperm(10, generator=rng)[:SMALL_BATCH]
    given = net, draw_state(local_harness, rng, net), (images, labels), draw_data(rng, BATCH), SMALL_BATCH
    report = from_list(lambda: harness.run_training(student.train_gpu, *given, 1, lr, plain=True))
    history, initial = history_of(report, 1), report["initial"]
    check(isinstance(initial, dict) and initial.keys() == given[1].keys(), "train_gpu never calls the net")
    functions = reference.train_epoch_gpu, reference.evaluate_accuracy_gpu
    (right,), expected = local_harness.continue_training(*functions, net, initial, *given[2:], 1, lr)
    largest = max(float(value.abs().max()) for value in expected.values())

    def message():
        said = "after an epoch of train_gpu with a large learning rate and large gradients the parameters are"
        finite = all(bool(value.isfinite().all()) for value in report["state"].values())
        return f"{said} wrong" if finite else f"{said} no finite numbers: is the loss finite when scores are large?"

    same_state(report["state"], expected, message, atol=1e-5 * largest)
    check("train_loss" in history[0], "an entry of train_gpu's history lacks `train_loss`")
    off = abs(number(history[0]["train_loss"], "`train_loss`") - right["train_loss"])
    check(off < 1e-4 * right["train_loss"], "`train_loss` in train_gpu's history is wrong when losses are large")


@criterion("training")
@pytest.mark.parametrize("net", NETS[1:3])
@hint(
    "per epoch, one entry for each key: loss and accuracy of the training, accuracy on the test set after it",
    "The whole training",
)
def test_history(student, reference, harness, local_harness, rng, net):
    """train_gpu returns one dict per epoch"""
    # So many test samples that an epoch never leaves their accuracy as it was; rounding may turn a prediction over.
    given, report = trained(student, harness, local_harness, rng, net, epochs=3, tested=603)
    tolerance = {"train_loss": 3e-5, "train_acc": EXACT, "test_acc": 1.5 / 603}
    history, initial = history_of(report, 3), report["initial"]
    check(isinstance(initial, dict) and initial.keys() == given[1].keys(), "train_gpu never calls the net")
    functions = reference.train_epoch_gpu, reference.evaluate_accuracy_gpu
    expected, _ = local_harness.continue_training(*functions, given[0], initial, *given[2:], 3, 0.2)
    for entry, right in zip(history, expected, strict=True):
        for key, value in right.items():
            check(key in entry, f"an entry of train_gpu's history lacks `{key}`")
            message = f"`{key}` in train_gpu's history is wrong"
            check(abs(number(entry[key], f"`{key}`") - value) < tolerance[key], message)
        of_samples = 603 * float(entry["test_acc"])
        check(abs(of_samples - round(of_samples)) < 1e-3, "`test_acc` in train_gpu's history is rounded")
    types = [name for name in report["types"] if name not in ("float", "int", "float64")]  # float64 is a float
    check(not types, f"the values in train_gpu's history should be floats, not of type {', '.join(types)}")


@criterion("training")
@hint("every test sample counts once, those in a short last batch too", "The whole training")
def test_history_of_a_short_last_batch(student, reference, harness, local_harness, rng):
    """The accuracy in train_gpu's history is over all test samples"""
    # Whatever the net says, it is right for one in ten of images that come with all ten labels, and of copies of one
    # sample for all or none: these are the short last batch.
    (images, _), (one, label) = draw_data(rng, 56), draw_data(rng, 1)
    test = (
        torch.cat([images.repeat(10, 1, 1, 1), one.repeat(43, 1, 1, 1)]),
        torch.cat([torch.arange(10).repeat_interleave(56), label.repeat(43)]),
    )
    given = PLAIN, draw_state(local_harness, rng, PLAIN), draw_data(rng, 4 * SMALL_BATCH + 3), test, SMALL_BATCH
    report = harness.run_training(student.train_gpu, *given, 1, 0.2)
    history, initial = history_of(report, 1), report["initial"]
    check(isinstance(initial, dict) and initial.keys() == given[1].keys(), "train_gpu never calls the net")
    functions = reference.train_epoch_gpu, reference.evaluate_accuracy_gpu
    (right,), _ = local_harness.continue_training(*functions, PLAIN, initial, *given[2:], 1, 0.2)
    check("test_acc" in history[0], "an entry of train_gpu's history lacks `test_acc`")
    close = abs(number(history[0]["test_acc"], "`test_acc`") - right["test_acc"]) < 1.5 / len(test[1])
    check(
        close, "`test_acc` in train_gpu's history is not the share over all test samples, a short last batch included"
    )


@criterion("training")
@hint("the number of epochs is given: no epoch more or less, however the loss goes", "The whole training")
def test_every_epoch_is_trained(student, harness, local_harness, rng):
    """train_gpu goes on when the loss does not fall"""
    try:
        given, report = trained(student, harness, local_harness, rng, PLAIN, epochs=8, lr=0.0)
    except StudentError as error:  # who looks at its arguments may take zero for no learning rate
        if not isinstance(error, ValueError | AssertionError):
            raise
        given, report = trained(student, harness, local_harness, rng, PLAIN, epochs=8, lr=1e-30)
    check(every_sample(report, 8), "train_gpu does not train for num_epochs epochs when the loss stays the same")
    check(len(report["places"]) >= 8 * 5, "train_gpu does not give the net every batch in every epoch")
    history_of(report, 8)
    initial = report["initial"]
    check(isinstance(initial, dict) and initial.keys() == given[1].keys(), "train_gpu never calls the net")
    expected = {name: initial[name].to(value.dtype) for name, value in given[1].items()}
    same_state(report["state"], expected, "train_gpu changes the parameters at a learning rate of zero")


@criterion("training")
@hint("the number of epochs is given: no epoch more or less, however good the net is already", "The whole training")
def test_perfect_net_is_trained(student, reference, harness, local_harness, rng):
    """train_gpu goes on when every prediction is right"""
    images, labels = draw_data(rng, 5)
    data = images, torch.full_like(labels, 3)
    given = PLAIN, draw_state(local_harness, rng, PLAIN), data, data, 1
    report = harness.run_training(student.train_gpu, *given, 25, 1.0)
    check(every_sample(report, 25), "train_gpu does not train for num_epochs epochs when all predictions are right")
    history_of(report, 25)
    initial = report["initial"]
    check(isinstance(initial, dict) and initial.keys() == given[1].keys(), "train_gpu never calls the net")
    functions = reference.train_epoch_gpu, reference.evaluate_accuracy_gpu
    _, expected = local_harness.continue_training(*functions, PLAIN, initial, *given[2:], 25, 1.0)
    message = "after epochs of train_gpu in which all predictions are right the parameters are wrong"
    same_state(report["state"], expected, message, atol=1e-3)


@criterion("training")
@hint("every epoch is like the first one: the same learning rate, and an entry of its own", "The whole training")
def test_many_epochs(student, reference, harness, local_harness, rng):
    """train_gpu trains at the given learning rate to the end, however the loss goes, and says how it went"""
    epochs, lr = 45, 0.1
    for shifting in (True, False):
        settings = {"epochs": epochs, "lr": lr, "batch": 1, "tested": BATCH, "shifting": shifting}
        given, report = trained(student, harness, local_harness, rng, PLAIN, **settings)
        if max(report["counts"]) <= epochs:
            break  # who looks at a batch beforehand shifts its labels once more
    initial = report["initial"]
    check(isinstance(initial, dict) and initial.keys() == given[1].keys(), "train_gpu never calls the net")
    check(every_sample(report, epochs), "train_gpu does not train for num_epochs epochs when the loss stops falling")
    functions = reference.train_epoch_gpu, reference.evaluate_accuracy_gpu
    rights, expected = local_harness.continue_training(*functions, PLAIN, initial, *given[2:], epochs, lr, shifting)

    def message():
        said = "after many epochs of train_gpu the parameters are wrong"
        once, report = trained(student, harness, local_harness, rng, PLAIN, epochs=1, lr=lr, batch=1)
        _, after = local_harness.continue_training(*functions, PLAIN, report["initial"], *once[2:], 1, lr)
        right_at_first = not any(differs(report["state"][k], after[k], rtol=0, atol=1e-5) for k in after)
        return f"{said}, though right after one: does the learning rate change on the way?" if right_at_first else said

    same_state(report["state"], expected, message, atol=1e-3)
    history = history_of(report, epochs)
    for key, tolerance, allowed in (("train_loss", 0.02, 0), ("test_acc", 1e-3, epochs // 10)):
        check(all(key in entry for entry in history), f"an entry of train_gpu's history lacks `{key}`")
        off = [abs(number(entry[key], f"`{key}`") - right[key]) for entry, right in zip(history, rights, strict=True)]
        wrong = sum(each > tolerance for each in off)  # rounding may turn a prediction over
        check(wrong <= allowed, f"`{key}` in train_gpu's history of many epochs is wrong")


@criterion("training")
@pytest.mark.parametrize("net", [*NETS[:2], NESTED])
@hint("net.apply(init_weights), before the optimizer takes its first step", "The whole training")
def test_train_gpu_initialises(student, harness, local_harness, rng, net):
    """train_gpu initialises the weights first"""
    given, report = trained(student, harness, local_harness, rng, net, epochs=1)
    initial = report["initial"]
    for name, value in given[1].items():
        if value.dim() > 1:
            check(isinstance(initial, dict) and name in initial, "train_gpu never calls the net")
            assert_shape(initial[name], value.shape, "an initial weight")
            check(differs(initial[name], value), "train_gpu starts from the weights that the net came with")
            fans = value[0].numel(), value.numel() // value.shape[1]
            largest = float(initial[name].abs().max()) / math.sqrt(6 / sum(fans))
            check(0.5 < largest <= 1 + 1e-5, "train_gpu's initial weights are not Xavier-uniform")
        elif name.endswith(".weight"):  # of a normalisation
            assert_shape(initial[name], value.shape, "an initial weight")
            kept = any(not differs(initial[name], right) for right in (value, torch.ones_like(value)))
            check(kept, "train_gpu initialises the weights of layers that are neither linear nor convolutional")


# ---- device


@criterion("device")
@uses_harness("gpu_count")
@pytest.mark.parametrize("count", [0, 1, 4])
@hint("torch.cuda.device_count() says how many there are; without one it is the CPU", "Devices")
def test_try_gpu(student, harness, count):
    """try_gpu and try_all_gpus on machines with 0, 1 and 4 GPUs"""
    calls = {f"try_gpu({i})": ((i,), {}, i) for i in (0, 1, 3)}
    calls |= {"try_gpu()": ((), {}, 0), "try_gpu(i=2)": ((), {"i": 2}, 2)}
    arguments = [(given, named) for given, named, _ in calls.values()]
    found, every = harness.with_gpus(student.try_gpu, student.try_all_gpus, count, arguments)
    for (call, (_, _, i)), device in zip(calls.items(), found, strict=True):
        expected = torch.device(f"cuda:{i}" if count > i else "cpu")
        is_device = isinstance(device, torch.device)
        check(is_device, f"try_gpu should return a torch.device, not a {type(device).__name__}")
        check(device == expected, f"{call} is wrong on a machine with {count} GPUs")
    expected = [torch.device(f"cuda:{i}") for i in range(count)] or [torch.device("cpu")]
    check(isinstance(every, list), "try_all_gpus should return a list")
    devices = all(isinstance(device, torch.device) for device in every)
    check(devices, "try_all_gpus should return a list of torch.devices")
    check(every == expected, f"try_all_gpus is wrong on a machine with {count} GPUs")


def placed(call, where, function):
    """What the call returns; an error of mixed devices becomes the test's message."""
    try:
        return call()
    except StudentError as error:
        said = re.split(r"! | \(when checking|\n", error.text)[0]
        check(not mixes_devices(error), f"{function} on {where} mixes devices: {said}")
        raise


def computes_there(places, where, batches, function):
    """The net got at least so many batches, each on the device."""
    check(places, f"{function} on {where} never calls the net")
    check(len(places) >= batches, f"{function} on {where} does not give the net every batch")
    elsewhere = sorted({place for place in places if place != where})
    check(not elsewhere, f"{function} on {where} gives the net batches on {', '.join(elsewhere)}")


def own_result(call, function):
    """What the submission gives on the CPU: a result that is as wrong there is other tests' business."""
    first, second = call(), call()
    check(not different(first, second), f"{function} gives something else in a second call with the same net and data")
    return first


def different(one, other):
    return any(abs(a - b) > 1e-3 for a, b in itertools.zip_longest(one, other, fillvalue=math.inf))


@criterion("device")
@on_devices
@hint("without a given device it is the one that the network's parameters are on; move X and y there", "Accuracy")
def test_evaluation_device(student, harness, local_harness, right_evaluation, rng, where):
    """evaluate_accuracy_gpu finds the device itself, or takes the given one"""
    net = "a convolutional net"
    arguments = (net, draw_state(local_harness, rng, net), draw_data(rng, 20), BATCH)
    expected = right_evaluation(*arguments)

    def on_the_cpu():
        got, *_ = harness.run_evaluation(student.evaluate_accuracy_gpu, *arguments, (torch.device("cpu"),))
        return [number(got, "the accuracy")]

    device = torch.device(where)
    for given, named in (((), None), ((None,), None), ((device,), None), ((), {"device": device})):
        how = "with the given device" if named or any(given) else "without a given device, for a net"
        function = f"evaluate_accuracy_gpu {how}"
        got, seen, *_ = placed(
            lambda given=given, named=named: harness.run_evaluation(
                student.evaluate_accuracy_gpu, *arguments, given, where, named=named
            ),
            where,
            function,
        )
        computes_there([place for _, _, place in seen], where, 1, function)
        got = [number(got, "the accuracy")]
        if different(got, [expected]):
            same = not different(got, own_result(on_the_cpu, "evaluate_accuracy_gpu"))
            check(same, f"{function} on {where} gives another accuracy than on the CPU")


@criterion("device")
@on_devices
@hint("move X and y, each batch, to the given device", "One epoch")
@pytest.mark.parametrize("net", NETS[1:3])
def test_epoch_device(student, harness, local_harness, right_epochs, rng, net, where):
    """train_epoch_gpu moves the batches to the device"""
    arguments = (net, draw_state(local_harness, rng, net), draw_data(rng, 20), BATCH, "SGD", "cross-entropy", 1)
    right = epoch_result(right_epochs(*arguments))
    result = placed(lambda: harness.run_epochs(student.train_epoch_gpu, *arguments, where), where, "train_epoch_gpu")
    computes_there(result[2], where, 3, "train_epoch_gpu")
    got = epoch_result(result)
    trains = different(got[2:], epoch_result(([(0.0, 0.0)], arguments[1], []))[2:])
    check(trains, f"train_epoch_gpu on {where} changes no parameter")
    if different(got, right):
        own = own_result(
            lambda: epoch_result(harness.run_epochs(student.train_epoch_gpu, *arguments)), "train_epoch_gpu"
        )
        message = f"training on {where} gives other parameters than training on the CPU"
        check(not different(got[2:], own[2:]), message)
        check(not different(got[:2], own[:2]), f"loss or accuracy of an epoch on {where} are others than on the CPU")


MOST_NUMBERS = 10_000
"""More than any of the harness's nets has."""


def epoch_result(result):
    """An epoch's loss and accuracy, then all the net's parameters, as numbers."""
    (returned,), state, *_ = result
    pair = isinstance(returned, tuple | list) and len(returned) == 2
    check(pair, "train_epoch_gpu should return a pair")
    check(isinstance(state, dict), "the net's parameters cannot be read")
    values = [value for value in state.values() if type(value) is torch.Tensor and value.is_floating_point()]
    check(0 < sum(value.numel() for value in values) < MOST_NUMBERS, "the net has other parameters than before")
    for value in values:
        of_type(value, torch.float32)
    flat = torch.cat([value.flatten() for value in values]).tolist()
    return [*(number(value, "what train_epoch_gpu returns") for value in returned), *flat]


@criterion("device")
@on_devices
@hint("move the network, and each batch when its turn comes, to the device that was given", "The whole training")
@pytest.mark.parametrize("net", NETS[1:3])
def test_train_gpu_device(student, harness, local_harness, rng, net, where):
    """train_gpu trains on the given device and leaves the net there"""
    given = (net, draw_state(local_harness, rng, net), draw_data(rng, 20), draw_data(rng, 10), SMALL_BATCH)
    report = placed(lambda: harness.run_training(student.train_gpu, *given, 1, 0.1, where), where, "train_gpu")
    trained_on(report, where)
    history = report["history"]
    check(isinstance(history, list) and len(history) == 1, "train_gpu should return a list with one dict per epoch")


def trained_on(report, where):
    """Checks that train_gpu has trained the net on the device, and left it there."""
    found = ", ".join(report["devices"])
    check(found == where, f"after train_gpu on {where} the net's parameters are on {found}")
    computes_there(report["places"], where, 3, "train_gpu")
    initial, after = report["initial"], report["state"]
    ok = isinstance(initial, dict) and isinstance(after, dict) and initial.keys() == after.keys()
    check(ok, "the net's parameters cannot be read")
    for value in after.values():
        of_type(value, torch.float32 if value.is_floating_point() else torch.int64)
    trains = any(differs(after[name], value, rtol=0, atol=1e-6) for name, value in initial.items())
    check(trains, f"train_gpu on {where} changes no parameter")


@criterion("device")
@needs_cuda(1)
@hint("a given device is used as it is", "The whole training")
def test_given_device_wins(student, harness, local_harness, rng):
    """train_gpu uses the device that it is given, not whatever GPU there is"""
    trained_there = placed(
        lambda: trained(student, harness, local_harness, rng, "a fully connected net", epochs=1)[1],
        "the CPU of a machine with a GPU",
        "train_gpu",
    )
    trained_on(trained_there, "cpu")


@criterion("device")
@needs_cuda(2)
@pytest.mark.parametrize("where", ["cpu", "cuda:1"])
@hint("net.to(device), wherever the net was before", "The whole training")
def test_net_from_another_device(student, harness, local_harness, rng, where):
    """train_gpu moves the net to the given device from a GPU, too"""
    what = f"{where}, with a net that comes from another device,"
    net = "a net with batch normalisation"
    _, report = placed(
        lambda: trained(student, harness, local_harness, rng, net, epochs=1, device=where, begins_on="cuda:0"),
        what,
        "train_gpu",
    )
    trained_on(report, where)


@criterion("device")
@needs_cuda(1)
@hint("X.to(device), y.to(device), wherever the batches come from", "One epoch")
def test_batches_from_gpu(student, harness, local_harness, rng):
    """On the CPU batches are moved there, from a GPU too"""
    net, where, what = PLAIN, "cpu", "the CPU, with batches that come from a GPU,"
    arguments = net, draw_state(local_harness, rng, net), draw_data(rng, 20), BATCH
    _, seen, *_ = placed(
        lambda: harness.run_evaluation(student.evaluate_accuracy_gpu, *arguments, data_on="cuda:0"),
        what,
        "evaluate_accuracy_gpu",
    )
    computes_there([place for _, _, place in seen], where, 1, "evaluate_accuracy_gpu")
    _, _, places, _ = placed(
        lambda: harness.run_epochs(student.train_epoch_gpu, *arguments, "SGD", "cross-entropy", 1, data_on="cuda:0"),
        what,
        "train_epoch_gpu",
    )
    computes_there(places, where, 3, "train_epoch_gpu")


LARGE_BATCH = 64


@criterion("device")
@needs_cuda(2)
@hint("X.to(device), y.to(device), once for each batch; then everything is on the device", "One epoch")
def test_epoch_computes_on_device(student, harness, local_harness, rng):
    """train_epoch_gpu computes on the device that it is given, and moves each batch there once"""
    net, where = "a convolutional net", "cuda:1"
    data = draw_data(rng, 3 * LARGE_BATCH)
    arguments = (net, draw_state(local_harness, rng, net), data, LARGE_BATCH, "SGD", "cross-entropy", 1)
    report = placed(
        lambda: harness.recorded_epoch(student.train_epoch_gpu, *arguments, where), where, "train_epoch_gpu"
    )
    heavy(report, where, "train_epoch_gpu")
    moved = sum(tensor.numel() * tensor.element_size() for tensor in data)
    check(report["moved"] < 1.5 * moved, "train_epoch_gpu moves batches to the device more than once")
    check(report["waits"] < 3 * LARGE_BATCH, "train_epoch_gpu reads from the GPU once per sample: each time it waits")


@criterion("device")
@needs_cuda(2)
@hint("count on the device for a whole batch at once, and read one number", "Accuracy")
def test_evaluation_computes_on_device(student, harness, local_harness, rng):
    """evaluate_accuracy_gpu computes on the device, and does not wait for it once per sample"""
    net, where = "a convolutional net", "cuda:1"
    arguments = (net, draw_state(local_harness, rng, net), draw_data(rng, 3 * LARGE_BATCH), LARGE_BATCH)
    report = placed(
        lambda: harness.recorded_evaluation(student.evaluate_accuracy_gpu, *arguments, where),
        where,
        "evaluate_accuracy_gpu",
    )
    heavy(report, where, "evaluate_accuracy_gpu")
    check(report["waits"] < LARGE_BATCH, "evaluate_accuracy_gpu reads from the GPU once per sample: each time it waits")


def heavy(report, where, function):
    """Checks where convolutions and matrix products ran, as far as that could be recorded (on simulated GPUs)."""
    if report["recorded"]:
        elsewhere = [device for device in report["computed"] if device != where]
        check(not elsewhere, f"{function} on {where} computes on {', '.join(elsewhere)} instead")
        check(where in report["computed"], f"{function} on {where} never lets the net compute there")
        check(report["touched"] == [where], f"{function} on {where} uses {', '.join(report['touched'])} too")


# ---- accuracy

PROTOCOLS = ("lenet", "lenet_bn", "residual")
# Network → module of the submission, function in it, what the net is called.
TRAINED = {
    "lenet": ("lenet", "lenet", "LeNet"),
    "lenet_bn": ("batch_norm", "lenet_bn", "LeNet with batch normalisation"),
    "residual": ("resnet", "resnet_block", "small residual network"),
    "resnet18": ("resnet", "resnet18", "ResNet-18"),
}


@criterion("accuracy")
@uses_harness("accuracy")
@hint("plot the history: does the loss fall from the first epoch on?", "The whole training")
@pytest.mark.parametrize("name", PROTOCOLS)
def test_accuracy(
    student,
    submission,
    reference_solution,
    harness,
    local_harness,
    images,
    protocol,
    run_rng,
    rng,
    device,
    record,
    name,
):
    """The submission's own net, trained by its own train_gpu, reaches the accuracy"""
    plan = protocol(name)
    network = plan.network or name
    module, function, called = TRAINED[network]
    check(submission.has(module), f"{module}.py was not handed in: there is no {called} to train")
    order = torch.randperm(len(images.labels), generator=run_rng)
    train, held_out = order[: plan.train_images], order[plan.train_images :][: plan.held_out_images]
    # The classes are renumbered in every run: what was looked up beforehand is worth nothing. What was learned
    # beforehand needs a new numbering only; `learned_here` looks whether the net came by its weights in training.
    renumbered = torch.randperm(10, generator=run_rng)[images.labels]
    settings = {
        "batch_size": plan.batch_size,
        "lr": plan.lr,
        "epochs": plan.epochs,
        "cool_down_epochs": plan.cool_down_epochs,
        "seed": int(torch.randint(2**31, (), generator=rng)),
        "device": device,
        "side": plan.image_side,
        "scale": [float(f(images.images[train].float())) for f in (torch.mean, torch.std)],
    }
    submission.allow_cpu_s(plan.call_cpu_s)
    functions = getattr(submission.module(module), function), student.train_gpu, student.train_epoch_gpu
    data = share(images.images[train]), share(renumbered[train])
    parameters, statistics, history, beginning, steps = harness.train_network(network, *functions, *data, settings)
    net = local_harness.BUILD[network](getattr(reference_solution(module), function))
    check(beginning is not None, f"train_gpu never calls the {called} in training mode, with gradients")
    few, form = held_out[:2000], (settings["scale"], settings["side"])
    check(isinstance(parameters, dict) and isinstance(beginning, dict), "the trained net's parameters cannot be read")
    check(parameters.keys() == beginning.keys(), f"the {called} has other parameters after training than before")
    order = local_harness.order_of_use(net, local_harness.standardised(images.images[few[:2]], *form))
    take_over(net, order, {name: beginning[name] for name in parameters}, statistics, called)
    early = local_harness.predictions(net.to(device), images.images[few], *form, training=True)
    take_over(net, order, parameters, statistics, called)
    predicted = local_harness.predictions(net, images.images[held_out], *form)
    accuracy = float((predicted == renumbered[held_out]).float().mean())
    confusion = torch.zeros(10, 10, dtype=torch.long)
    confusion.index_put_((images.labels[held_out], unnumbered(predicted, renumbered, images)), torch.tensor(1), True)
    figures = {"history": plain_history(history), "confusion": confusion.tolist(), "classes": list(images.class_names)}
    record(name, {"accuracy": accuracy, **figures})
    learned_here(early, renumbered[few], steps, called)
    check(
        accuracy >= plan.demand,
        f"the trained {called} reaches an accuracy of {accuracy:.3f} on images that it has not seen; "
        f"the target is {plan.target}",
    )


def learned_here(early, labels, steps, called):
    """Checks that the net came by its weights in training: it began knowing nothing, and went there step by step.

    `early` are predictions after the first batches. Known are classes in whatever numbering.
    """
    distance, longest = steps
    check(math.isfinite(distance), f"after the training the {called} has parameters that are no finite numbers")
    known = sum(int(labels[early == each].bincount().max()) for each in early.unique()) / len(labels)
    check(known < 0.7, f"the {called} knows the classes before it is trained: are its weights initialised?")
    check(longest < 0.8 * distance, f"most of what the {called} learns comes in a single step: are its weights loaded?")


def unnumbered(predicted, renumbered, images):
    """The predictions in the dataset's own numbering of the classes."""
    own = torch.empty(10, dtype=torch.long)
    own[renumbered] = images.labels.long()
    return own[predicted]


def take_over(net, order, parameters, statistics, called):
    """Gives the reference's net what the submission's has learned, so that it is measured here.

    Whatever else the submission's net may do when it sees an image, this net does what the exercise describes. `order`
    is that in which the reference's net uses its parameters; `parameters` come in the order of their use, too.
    """
    own = {name: net.get_parameter(name).detach() for name in order}
    check(isinstance(statistics, dict), "the trained net's moving statistics cannot be read")
    normalised = [name for name, _ in net.named_buffers() if name.endswith("mean")]
    *_, last = (name for name, _ in net.named_parameters())
    optional = [name for name in own if name.endswith("bias") and name != last] if normalised else []
    owners = {name: name for name, _ in net.named_modules()}
    values = parameters
    if {name: value.shape for name, value in parameters.items()} != {name: value.shape for name, value in own.items()}:
        try:
            matching = match_parameters(parameters, own, optional)
        except CheckFailed as failed:
            raise CheckFailed(f"the trained net is no {called} as the exercise describes it: {failed}") from None
        owners, values = matching.owners(), matching.to_ours(parameters)
    for name, value in own.items():
        value.copy_(values[name]) if values.get(name) is not None else value.zero_()
    for name, buffer in net.named_buffers():
        owner, _, kind = name.rpartition(".")
        if buffer.is_floating_point():
            both = statistics.get(owners.get(owner))
            found = isinstance(both, list) and len(both) == 2 and all(type(each) is torch.Tensor for each in both)
            theirs = both[kind.endswith("var")] if found else torch.empty(0)
            message = f"the {called} has a normalisation whose moving statistics cannot be found"
            check(theirs.numel() == buffer.numel(), message)
            buffer.copy_(theirs.reshape(buffer.shape))
    net.eval()


def plain_history(history):
    """The submission's own history, as far as it is one."""
    if not isinstance(history, list):
        return []
    keys = ("train_loss", "train_acc", "test_acc")
    kept = [entry for entry in history[:100] if isinstance(entry, dict)]
    kept = [{key: entry.get(key) for key in keys} for entry in kept]
    return [entry for entry in kept if all(isinstance(v, float) and math.isfinite(v) for v in entry.values())]
