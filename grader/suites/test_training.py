"""Hidden suite: the GPU training loop: evaluation and initial weights."""

from __future__ import annotations

import math

import pytest
import torch

import cases_training
from cases_training import BATCH, EXACT, NETS, PLAIN, draw_data, draw_evaluation, draw_state
from checks_training import number, same_state
from grader.engine.errors import StudentError
from grader.testing import CheckFailed, check, criterion, differs, hint, unchanged, uses_harness

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
@hint("keep nothing from one call to the next: the same list may hold other batches then", "Accuracy")
def test_evaluation_of_changed_list(student, reference, harness, local_harness, once, rng):
    """evaluate_accuracy_gpu sees that a list of batches has changed since the last call"""
    state, data = draw_evaluation(local_harness, rng, PLAIN)[:2]
    images, labels = data
    other = images, (labels + (torch.arange(len(labels)) % 3 == 0)) % 10
    given = PLAIN, state, data, other, BATCH
    expected = once("accuracies", lambda: local_harness.evaluations_of_list(reference.evaluate_accuracy_gpu, *given))
    got = harness.evaluations_of_list(student.evaluate_accuracy_gpu, *given)
    for share, right, where in zip(got, expected, ("", " that held others in the last call"), strict=True):
        wrong = abs(number(share, "evaluate_accuracy_gpu's result") - right) > EXACT
        check(not wrong, f"evaluate_accuracy_gpu's share of right predictions is wrong for a list of batches{where}")


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
