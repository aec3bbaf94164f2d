"""Hidden suite: the GPU training loop: evaluation, initial weights, one epoch."""

from __future__ import annotations

import math

import pytest
import torch

import cases_training
import mistakes_training
from cases_training import BATCH, CONFIGURATIONS, EXACT, NETS, PLAIN, classes_of, draw_data, draw_state, single_last
from checks_training import different, epoch_result, from_list, number, same_state
from grader.engine.errors import StudentError
from grader.testing import CheckFailed, check, criterion, differs, hint, unchanged, uses_harness
from reference_training import each_batch

# Fixtures: pytest looks for them in the file of the test.
right_epochs = cases_training.right_epochs
right_evaluation = cases_training.right_evaluation


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


@criterion("implementation")
@hint("the scores come from a net that is trained: read them, and leave them as they are", "Accuracy")
def test_accuracy_of_scores_with_graph(observed_student, rng):
    """accuracy takes scores that have a graph, and leaves them as they are"""
    y_hat, y = torch.randn(20, 10, generator=rng), torch.randint(10, (20,), generator=rng)
    with unchanged("accuracy", y_hat=y_hat, y=y):
        observed_student.accuracy(y_hat, y)
    observed_student.accuracy(y_hat.requires_grad_(), y)


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


@criterion("values")
@uses_harness("initialisation")
@hint("nn.init.xavier_uniform_ does it for one tensor", "Initialisation")
@pytest.mark.parametrize(("kind", "fans"), [("linear", (300, 200)), ("convolutional", (8 * 15, 24 * 15))])
def test_xavier(student, harness, kind, fans):
    """init_weights draws Xavier-uniform weights"""
    weight, other, again = harness.initialised(student.init_weights, kind)
    check(differs(weight, torch.full_like(weight, 0.5)), f"init_weights leaves a {kind} layer as it was")
    bound, spread, uniform = math.sqrt(6 / sum(fans)), float(weight.std()), is_xavier(weight, fans)
    kaiming = abs(spread - math.sqrt(2 / fans[0])) < 0.05 * spread
    normal = abs(spread / bound * 3**0.5 - 1) < 0.05
    check(not kaiming or uniform, f"init_weights draws Kaiming, not Xavier weights for a {kind} layer")
    check(not normal or uniform, f"init_weights draws normal, not uniform Xavier weights for a {kind} layer")
    check(uniform, f"init_weights does not draw Xavier-uniform weights for a {kind} layer")
    check(abs(float(weight.mean())) < 0.1 * bound, f"init_weights' draws for a {kind} layer are not centred on zero")
    drawn = len(weight.unique()) / weight.numel()
    check(drawn > 0.9, f"init_weights gives many weights of a {kind} layer the same value; draw each by itself")
    check(differs(weight, other), "init_weights gives two layers of one shape the same weights: is a seed set?")
    check(differs(weight, again), f"init_weights called again leaves the weights of a {kind} layer as they were")
    try:
        without = harness.initialised_without_bias(student.init_weights, kind)
    except StudentError:  # what it does with biases, a lack of them included, is left open
        return
    check(differs(without, torch.full_like(without, 0.5)), f"init_weights leaves a {kind} layer without bias as it was")
    message = f"init_weights does not draw Xavier-uniform weights for a {kind} layer without bias"
    check(is_xavier(without, fans), message)


def is_xavier(weight, fans):
    """Whether the weights are distributed as they should be, but for the sign."""
    bound, largest, spread = math.sqrt(6 / sum(fans)), float(weight.abs().max()), float(weight.std())
    return 0.97 * bound < largest <= bound * (1 + 1e-5) and abs(spread / bound * 3**0.5 - 1) < 0.05


@criterion("values")
@uses_harness("initialisation")
@hint("only nn.Linear and nn.Conv2d, only their weights", "Initialisation")
def test_init_leaves_other_layers(student, harness, local_harness):
    """init_weights leaves layers of other kinds alone"""
    weights = harness.initialised_others(student.init_weights)
    kinds = {"linear", *local_harness.OTHER_LAYERS}
    check(isinstance(weights, dict) and weights.keys() == kinds, "the layers' weights cannot be read")
    linear, *_ = weights.pop("linear")
    check(differs(linear, torch.full_like(linear, 0.5)), "init_weights leaves a linear layer as it was")
    for kind, values in weights.items():
        alone = len(values) > 0 and all(type(value) is torch.Tensor and bool((value == 0.5).all()) for value in values)
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
        (got,), _, places, *_ = harness.run_epochs(student.train_epoch_gpu, *arguments, 1)
        pair = isinstance(got, tuple | list) and len(got) == 2
        check(pair, "train_epoch_gpu should return the pair (mean loss, accuracy)")
        mean, accuracy = number(got[0], "the mean loss"), number(got[1], "the accuracy")
        if abs(mean - expected[0]) > tolerance * max(1, expected[0]):
            which = "some of the batches when there are many" if batches == many else "some of the batches"
            check(not 0 < len(places) < batches + 1, f"train_epoch_gpu leaves out {which}")
            losses = [value for value, _ in each_batch(local_harness, reference.train_epoch_gpu, *arguments)]
            by_batch = abs(mean - sum(losses) / len(losses)) < 1e-4
            check(not by_batch, "train_epoch_gpu's loss is averaged over batches: the short last one counts too much")
            raise CheckFailed(
                "train_epoch_gpu's loss is not the mean of the given loss over samples, each before its batch's step"
            )
        message = "train_epoch_gpu's accuracy is not the share of right training samples, each before its batch's step"
        check(abs(accuracy - expected[1]) < EXACT, message)


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
    _, got, _, modes, *_ = harness.run_epochs(student.train_epoch_gpu, *arguments)
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
    in_training = any(training for _, training, _ in seen)
    check(not in_training, "evaluate_accuracy_gpu evaluates the net, or parts of it, in training mode")
    check(not any(grad for grad, _, _ in seen), "evaluate_accuracy_gpu computes with gradients: use torch.no_grad()")
    check(not any(gradients), "evaluate_accuracy_gpu runs a backward pass")
    check(enabled, "after evaluate_accuracy_gpu gradients are still switched off, for whatever comes next")
    frozen = "evaluate_accuracy_gpu changes which of the net's parameters require gradients"
    check(required == [False] + [True] * (len(required) - 1), frozen)
    same_state(after, state, "evaluate_accuracy_gpu changes the net")
