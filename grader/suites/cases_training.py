"""What the parts of the training suite draw, and what the reference makes of it."""

from __future__ import annotations

import pytest
import torch

CONFIGURATIONS = [
    ("a fully connected net", "SGD", "cross-entropy"),
    ("a convolutional net", "SGD with momentum", "cross-entropy"),
    ("a net with batch normalisation", "SGD", "smoothed cross-entropy"),
    ("a net with dropout", "Adam", "cross-entropy as a plain function"),
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


def trained(student, harness, local_harness, rng, net, *, epochs, lr=0.2, batch=SMALL_BATCH, tested=BATCH + 2, **named):
    """One call of train_gpu on five batches, with what it was given; `tested` samples are in the test set."""
    last = batch if batch == 1 else 1 if single_last(net) else 3
    train, test = (draw_data(rng, count, classes_of(net)) for count in (4 * batch + last, tested))
    given = (net, draw_state(local_harness, rng, net), train, test, batch)
    return given, harness.run_training(student.train_gpu, *given, epochs, lr, **named)


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
