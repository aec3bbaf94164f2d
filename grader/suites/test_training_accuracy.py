"""Hidden suite: how accurate the submission's networks get when its own loop trains them."""

from __future__ import annotations

import math

import pytest
import torch

from grader.engine.shared import share
from grader.testing import CheckFailed, check, criterion, hint, match_parameters, match_state, uses_harness

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
    moving = {name: buffer for name, buffer in net.named_buffers() if buffer.is_floating_point()}
    wanted = {name.rpartition(".")[0]: buffer.numel() for name, buffer in moving.items()}
    keepers = match_state(owners, wanted, {name: numbers_of(both) for name, both in statistics.items()})
    for name, buffer in moving.items():
        owner, _, kind = name.rpartition(".")
        keeper = keepers[owner]
        found = keeper is not None and numbers_of(statistics.get(keeper)) == buffer.numel()
        check(found, f"the {called} has a normalisation whose moving statistics cannot be found")
        buffer.copy_(statistics[keeper][kind.endswith("var")].reshape(buffer.shape))
    net.eval()


def numbers_of(both):
    """How many numbers a moving mean and a moving variance have; 0 if it is something else."""
    pair = isinstance(both, list) and len(both) == 2 and all(type(each) is torch.Tensor for each in both)
    return both[0].numel() if pair and both[0].numel() == both[1].numel() else 0


def plain_history(history):
    """The submission's own history, as far as it is one."""
    if not isinstance(history, list):
        return []
    keys = ("train_loss", "train_acc", "test_acc")
    kept = [entry for entry in history[:100] if isinstance(entry, dict)]
    kept = [{key: entry.get(key) for key in keys} for entry in kept]
    return [entry for entry in kept if all(isinstance(v, float) and math.isfinite(v) for v in entry.values())]
