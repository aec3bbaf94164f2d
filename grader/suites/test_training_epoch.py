"""Hidden suite: the GPU training loop: one epoch."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import cross_entropy

import cases_training
import mistakes_training
from cases_training import (
    BATCH,
    CONFIGURATIONS,
    EXACT,
    NETS,
    PLAIN,
    classes_of,
    draw_data,
    draw_evaluation,
    draw_state,
    single_last,
)
from checks_training import different, epoch_result, from_list, number, same_state
from grader.testing import CheckFailed, check, criterion, differs, hint
from reference_training import each_batch

# Fixtures: pytest looks for them in the file of the test.
right_epochs = cases_training.right_epochs
right_evaluation = cases_training.right_evaluation


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
    _, got, *_, steps_made = harness.run_epochs(student.train_epoch_gpu, *arguments)
    check(
        any(differs(got[k], arguments[1][k], rtol=0, atol=1e-6) for k in expected),
        "train_epoch_gpu changes no parameter",
    )

    def message():
        batches = "one batch" if steps == 1 else f"{steps} batches"
        said = f"after {batches} the parameters of {net}, trained by {optimizer}, are wrong"
        if not steps_made:
            return f"{said}: {NO_STEP}"
        mistake = mistakes_training.named(got, local_harness, *arguments)
        if mistake:
            return f"{said}, {mistake}"
        sharp = "SGD" if optimizer == "Adam" else optimizer  # whose first step says little of the gradients
        first = *arguments[:2], [tensor[:BATCH] for tensor in data], BATCH, sharp, loss, 1
        wrong_at_once = steps == 1 or trains_wrongly(student, reference, harness, local_harness, *first)
        return said if wrong_at_once else f"{said}, though right after the first"

    def again(change):
        return local_harness.run_epochs(reference.train_epoch_gpu, net, change(arguments[1]), *arguments[2:])[1]

    same_state(got, expected, message, again=again)


NO_STEP = "the optimizer that is given makes no step"


def trains_wrongly(student, reference, harness, local_harness, *arguments):
    """Whether the parameters are wrong here too, so that nothing more special is to blame."""
    _, expected, *_ = local_harness.run_epochs(reference.train_epoch_gpu, *arguments)
    _, got, *_ = harness.run_epochs(student.train_epoch_gpu, *arguments)
    return not isinstance(got, dict) or any(
        name not in got or differs(got[name], value, rtol=0, atol=1e-5) for name, value in expected.items()
    )


@criterion("values")
@pytest.mark.parametrize(("net", "loss", "many"), [(NETS[0], "cross-entropy", 120), (NETS[1], "a margin loss", 40)])
@hint("weigh each batch by its number of samples: the last one may be shorter", "One epoch")
def test_returned_averages(student, reference, harness, local_harness, right_epochs, rng, net, loss, many):
    """train_epoch_gpu returns loss and accuracy averaged over samples"""
    # After few steps a short last batch shows in the loss; after many, accuracies of other moments always differ.
    for batches, last, tolerance in ((2, 3, 1e-5), (2, 1, 1e-5), (many, 3, 1e-4)):
        data = draw_data(rng, batches * BATCH + last, 2)  # many are right
        arguments = net, draw_state(local_harness, rng, net), data, BATCH, "SGD", loss
        (expected,), state, *_ = right_epochs(*arguments, 1, name=f"{batches} batches and {last}")
        (got,), own_state, places, *_ = harness.run_epochs(student.train_epoch_gpu, *arguments, 1)
        pair = isinstance(got, tuple | list) and len(got) == 2
        check(pair, "train_epoch_gpu should return the pair (mean loss, accuracy)")
        mean, accuracy = number(got[0], "the mean loss"), number(got[1], "the accuracy")
        if abs(mean - expected[0]) > tolerance * max(1, expected[0]):
            which = "some of the batches when there are many" if batches == many else "some of the batches"
            check(not 0 < len(places) < batches + 1, f"train_epoch_gpu leaves out {which}")
            by_batch = each_batch(local_harness, reference.train_epoch_gpu, *arguments)
            mistake = mistakes_training.named_figures((mean, accuracy), expected, by_batch, len(data[1]))
            check(not mistake, f"train_epoch_gpu {mistake}")
            same_state(own_state, state, "train_epoch_gpu's mean loss is wrong, since its steps are", atol=1e-3)
            raise CheckFailed(
                "train_epoch_gpu's loss is not the mean of the given loss over samples, each before its batch's step"
            )
        right = round(expected[1] * len(data[1]))
        counted = right > 0 and abs(accuracy - right) < EXACT
        check(not counted, "train_epoch_gpu returns the number of right predictions; the accuracy is their share")
        message = "train_epoch_gpu's accuracy is not the share of right training samples, each before its batch's step"
        check(abs(accuracy - expected[1]) < EXACT, message)


@criterion("training")
@hint("net.train() belongs into every epoch: an evaluation in between has switched it off", "One epoch")
@pytest.mark.parametrize("net", NETS[2:])
def test_training_mode(student, reference, harness, local_harness, right_epochs, rng, net):
    """train_epoch_gpu trains in training mode"""
    data = draw_data(rng, 2 * BATCH, classes_of(net))
    arguments = net, draw_state(local_harness, rng, net), data, BATCH, "SGD", "cross-entropy", 2
    _, expected, *_ = right_epochs(*arguments)
    _, got, _, modes, *_ = harness.run_epochs(student.train_epoch_gpu, *arguments)
    always = isinstance(modes, list) and all(modes)
    sentence = f"{net} is trained wrongly in two epochs of train_epoch_gpu, though in training mode"

    def again(change):
        return local_harness.run_epochs(reference.train_epoch_gpu, net, change(arguments[1]), *arguments[2:])[1]

    message = sentence if always else f"{net} is not in training mode in every epoch of train_epoch_gpu"
    same_state(got, expected, message, again=again)


@criterion("training")
@hint("the loss belongs to whoever gave it: use it as it is", "One epoch")
def test_loss_stays_as_it_is(student, harness, local_harness, rng):
    """After an epoch the loss that was given is the same as before"""
    scores, labels = torch.randn(5, 10, generator=rng), torch.randint(10, (5,), generator=rng)
    given = PLAIN, draw_state(local_harness, rng, PLAIN), draw_data(rng, BATCH + 3), BATCH
    got = harness.loss_after(student.train_epoch_gpu, *given, scores, labels)
    message = "train_epoch_gpu changes the loss that it is given: afterwards it is another one"
    check(got.shape == () and not differs(got, cross_entropy(scores, labels)), message)


@criterion("training")
@hint("one optimizer for the whole training: what it remembers from earlier steps belongs to it", "One epoch")
@pytest.mark.parametrize("optimizer", ["SGD with momentum", "Adam"])
def test_optimizer_goes_on(student, reference, harness, local_harness, right_epochs, rng, optimizer):
    """train_epoch_gpu uses the optimizer that it is given, as it is, in every epoch"""
    arguments = PLAIN, draw_state(local_harness, rng, PLAIN), draw_data(rng, 20), BATCH, optimizer, "cross-entropy", 2
    _, expected, *_ = right_epochs(*arguments)
    _, got, *_, steps_made = harness.run_epochs(student.train_epoch_gpu, *arguments)

    def message():
        said = f"after two epochs with one optimizer ({optimizer}) the parameters are wrong"
        if not steps_made:
            return f"{said}: {NO_STEP}"
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


@criterion("values")
@hint("count the samples as they come; a loader, or a list of batches: both are iterables", "Accuracy")
def test_batches_in_a_list(student, harness, local_harness, right_epochs, right_evaluation, rng):
    """The batches may come from any iterable, such as a list"""
    net = "a fully connected net"
    state, data = draw_state(local_harness, rng, net), draw_data(rng, BATCH + 3)
    epoch = net, state, data, BATCH, "SGD", "cross-entropy", 1
    evaluation = net, *draw_evaluation(local_harness, rng, net)[:2], BATCH
    share_of_right = right_evaluation(*evaluation)
    got, *_ = from_list(lambda: harness.run_evaluation(student.evaluate_accuracy_gpu, *evaluation, plain=True))
    message = "evaluate_accuracy_gpu's share of right predictions is wrong"
    check(abs(number(got, "evaluate_accuracy_gpu's result") - share_of_right) < EXACT, message)
    got = number(harness.evaluation_of_generator(student.evaluate_accuracy_gpu, *evaluation), "the share")
    message = "evaluate_accuracy_gpu's share is wrong when a generator gives the batches: go through them just once"
    check(abs(got - share_of_right) < EXACT, message)
    right = epoch_result(right_epochs(*epoch))
    got = epoch_result(from_list(lambda: harness.run_epochs(student.train_epoch_gpu, *epoch, plain=True)))
    if different(got, right):
        from_loader = epoch_result(harness.run_epochs(student.train_epoch_gpu, *epoch))
        message = (
            "train_epoch_gpu does something else when the batches come in a list than when a data loader gives them"
        )
        check(not different(got, from_loader), message)
        check(different(got[2:], epoch_result(([(0.0, 0.0)], state, []))[2:]), "train_epoch_gpu changes no parameter")


@criterion("implementation")
@hint("whoever gives a list of batches wants to use them again", "One epoch")
def test_batches_stay_as_they_are(student, harness, local_harness, rng):
    """Training and evaluation leave the given batches as they are"""
    state, data = draw_state(local_harness, rng, PLAIN), draw_data(rng, BATCH + 3)
    functions = student.train_epoch_gpu, student.evaluate_accuracy_gpu
    after = harness.batches_after(*functions, PLAIN, state, data, BATCH)
    for function, (X, y, required, gradients) in zip(("train_epoch_gpu", "evaluate_accuracy_gpu"), after, strict=True):
        same = not differs(X, data[0]) and torch.equal(y, data[1])
        check(same, f"{function} changes the batches that it is given: the next epoch has other data")
        check(gradients == 0, f"{function} leaves gradients in the batches that it is given")
        check(required == 0, f"{function} changes the batches that it is given: they require gradients afterwards")


@criterion("training")
@hint("nothing in an epoch may set torch's random numbers back to where they were", "One epoch")
def test_epochs_in_new_order(student, harness, rng):
    """A shuffled training set comes in another order in every epoch"""
    found = harness.orders(student.train_epoch_gpu, student.train_gpu, PLAIN, draw_data(rng, 40), BATCH, 3)
    for function, order in zip(("train_epoch_gpu", "train_gpu"), found, strict=True):
        check(len(order) >= 120, f"{function} does not go through the whole training set in every epoch")
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
