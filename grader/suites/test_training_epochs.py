"""Hidden suite: the whole training, `train_gpu`."""

from __future__ import annotations

import math

import pytest
import torch

from cases_training import BATCH, EXACT, NESTED, NETS, PLAIN, SMALL_BATCH, draw_data, draw_state, trained
from checks_training import from_list, number, same_state
from grader.engine.errors import StudentError
from grader.testing import CheckFailed, assert_shape, check, criterion, differs, hint
from reference_training import continue_training


def every_sample(report, epochs):
    """Whether each training sample was asked for once an epoch; of one batch more than that may be looked at."""
    counts = report["counts"]
    check(isinstance(counts, list) and len(counts) > 0, "what train_gpu asked for could not be counted")
    return set(counts) <= {epochs, epochs + 1} and sum(counts) <= epochs * len(counts) + BATCH


def uses_every_sample(report, epochs, when=""):
    """Checks `every_sample`; `when` says what might make it stop early."""
    if every_sample(report, epochs):
        return
    few = f"train_gpu goes through train_iter fewer than num_epochs times{when}"
    check(max(report["counts"]) >= epochs, f"{few}: does it stop early, or use the batches of an earlier epoch again?")
    check(min(report["counts"]) <= epochs, "train_gpu goes through train_iter more than num_epochs times")
    raise CheckFailed("train_gpu does not use every training sample once per epoch")


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
    uses_every_sample(report, 3)
    functions = reference.train_epoch_gpu, reference.evaluate_accuracy_gpu
    _, expected = continue_training(local_harness, *functions, given[0], initial, *given[2:], 3, 0.2)
    message = f"after train_gpu the parameters of {net} are wrong: cross-entropy, plain SGD with lr?"

    def again(change):
        return continue_training(local_harness, *functions, given[0], change(initial), *given[2:], 3, 0.2)[1]

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
    (right,), expected = continue_training(local_harness, *functions, net, initial, *given[2:], 1, lr)
    largest = max(float(value.abs().max()) for value in expected.values())

    def message():
        said = "after an epoch of train_gpu with a large learning rate and large gradients the parameters are"
        finite = all(bool(value.isfinite().all()) for value in report["state"].values())
        return f"{said} wrong" if finite else f"{said} no finite numbers: is the loss finite when scores are large?"

    def again(change):
        return continue_training(local_harness, *functions, net, change(initial), *given[2:], 1, lr)[1]

    same_state(report["state"], expected, message, atol=1e-5 * largest, again=again)
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
    expected, _ = continue_training(local_harness, *functions, given[0], initial, *given[2:], 3, 0.2)
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
    (right,), _ = continue_training(local_harness, *functions, PLAIN, initial, *given[2:], 1, 0.2)
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
    uses_every_sample(report, 8, ", here with a loss that stays the same")
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
    uses_every_sample(report, 25, ", here with all predictions right")
    history_of(report, 25)
    initial = report["initial"]
    check(isinstance(initial, dict) and initial.keys() == given[1].keys(), "train_gpu never calls the net")
    functions = reference.train_epoch_gpu, reference.evaluate_accuracy_gpu
    _, expected = continue_training(local_harness, *functions, PLAIN, initial, *given[2:], 25, 1.0)
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
    uses_every_sample(report, epochs, ", here with a loss that stops falling")
    functions = reference.train_epoch_gpu, reference.evaluate_accuracy_gpu
    rights, expected = continue_training(local_harness, *functions, PLAIN, initial, *given[2:], epochs, lr, shifting)

    def message():
        said = "after many epochs of train_gpu the parameters are wrong"
        once, report = trained(student, harness, local_harness, rng, PLAIN, epochs=1, lr=lr, batch=1)
        _, after = continue_training(local_harness, *functions, PLAIN, report["initial"], *once[2:], 1, lr)
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
    given, report = trained(student, harness, local_harness, rng, net, epochs=1, twice=True)
    initial, after, again = report["initial"], report["state"], report["initial_again"]
    for name, value in given[1].items():
        if value.dim() > 1:
            check(isinstance(initial, dict) and name in initial, "train_gpu never calls the net")
            assert_shape(initial[name], value.shape, "an initial weight")
            check(differs(initial[name], value), "train_gpu starts from the weights that the net came with")
            fans = value[0].numel(), value.numel() // value.shape[1]
            largest = float(initial[name].abs().max()) / math.sqrt(6 / sum(fans))
            check(0.5 < largest <= 1 + 1e-5, "train_gpu's initial weights are not Xavier-uniform")
            anew = name not in after or name not in again or differs(again[name], after[name])
            check(anew, "train_gpu called again with the same net starts from the weights that it has trained")
        elif name.endswith(".weight"):  # of a normalisation
            assert_shape(initial[name], value.shape, "an initial weight")
            kept = any(not differs(initial[name], right) for right in (value, torch.ones_like(value)))
            check(kept, "train_gpu initialises the weights of layers that are neither linear nor convolutional")
