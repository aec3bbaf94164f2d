"""Runs training functions on the suite's nets and data: in the worker the student's, here the reference's."""

from __future__ import annotations

import contextlib
from unittest import mock

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from grader import simulated_cuda
from harness_networks import observe


class Nested(nn.Module):
    """A net of four classes: layers inside of layers, and a parameter of its own."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(12))
        layer = nn.Sequential(nn.Linear(64, 12), nn.BatchNorm1d(12))
        self.body = nn.Sequential(nn.Flatten(), layer, nn.Tanh())
        self.head = nn.Linear(12, 4)

    def forward(self, X):
        """Scores of shape (N, 4)."""
        return self.head(5 * self.body(X) * self.scale)


# Dropout with probability 1 shows the mode without chance: training mode zeroes the whole layer.
NETS = {
    "a fully connected net": lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 12), nn.Tanh(), nn.Linear(12, 10)),
    "a convolutional net": lambda: nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(36, 10)
    ),
    "a net with batch normalisation": lambda: nn.Sequential(
        nn.BatchNorm2d(1), nn.Flatten(), nn.Linear(64, 12), nn.BatchNorm1d(12), nn.Tanh(), nn.Linear(12, 10)
    ),
    "a net with dropout": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(64, 12), nn.Tanh(), nn.Dropout(1.0), nn.Linear(12, 10)
    ),
    "a net of nested modules": Nested,
    "a linear net": lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 10)),
}
OPTIMIZERS = {
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.1),
    "SGD with momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.05, momentum=0.9),
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.01),
    "SGD on groups of parameters": lambda parameters: on_groups(*parameters),
}
LOSSES = {
    "cross-entropy": nn.CrossEntropyLoss,
    "cross-entropy as a plain function": lambda: nn.functional.cross_entropy,
    "smoothed cross-entropy": lambda: nn.CrossEntropyLoss(label_smoothing=0.3),
    "a margin loss": nn.MultiMarginLoss,
    "a loss of large values": lambda: Scaled(),
}


def on_groups(first, _left_out, *others):
    """SGD with a learning rate for one parameter, none for the next, and another one for the rest."""
    groups = [{"params": [first], "lr": 0.1}, {"params": others, "lr": 0.03, "momentum": 0.9}]
    return torch.optim.SGD(groups, lr=0.1)


class Scaled(nn.CrossEntropyLoss):
    """Cross-entropy times ten thousand, the gradients too."""

    def forward(self, input, target):
        """The mean over the batch; the names are those of every loss."""
        return 10_000 * super().forward(input, target)


def loader(images, labels, batch_size):
    return DataLoader(TensorDataset(images, labels), batch_size)


def test_loader(images, labels):
    """Larger batches where there are many samples; the last one is about half as large."""
    return loader(images, labels, max(4, len(images) * 2 // 15))


def state_of(net):
    return {name: value.detach().cpu().clone() for name, value in net.state_dict().items()}


def run_epochs(
    train_epoch_gpu,
    net_name,
    state,
    data,
    batch_size,
    optimizer,
    loss,
    epochs,
    device="cpu",
    plain=False,
    frozen=False,
    data_on="cpu",
):
    """Trains from `state`: what each call returned, the state afterwards, of each forward pass where its input was, and
    whether it was in training mode throughout, and how many steps the optimizer made.

    The batches come from a data loader or, if `plain`, in a list; from the device `data_on`. If `frozen`, the net's
    first parameter requires no gradient.
    """
    net = NETS[net_name]().to(device)
    net.load_state_dict(state)
    net.eval()  # the training function has to switch to training mode by itself
    next(net.parameters()).requires_grad_(not frozen)
    places, modes = [], []
    observe(net, lambda net, place: (places.append(place), modes.append(all(m.training for m in net.modules()))))
    optimizer, steps = OPTIMIZERS[optimizer](net.parameters()), []
    optimizer.register_step_post_hook(lambda *_: steps.append(1))
    batches, loss = loader(*(tensor.to(data_on) for tensor in data), batch_size), LOSSES[loss]()
    batches = list(batches) if plain else batches
    returned = [train_epoch_gpu(net, batches, loss, optimizer, torch.device(device)) for _ in range(epochs)]
    return returned, state_of(net), places, modes, len(steps)


def grad_mode_after(train_epoch_gpu, net_name, data, batch_size):
    """Whether gradients are enabled after an epoch of training, and the net's state before and after it."""
    net = NETS[net_name]()
    before = state_of(net)
    try:
        optimizer = OPTIMIZERS["SGD"](net.parameters())
        train_epoch_gpu(net, loader(*data, batch_size), nn.CrossEntropyLoss(), optimizer, torch.device("cpu"))
        return torch.is_grad_enabled(), before, state_of(net)
    finally:
        torch.set_grad_enabled(True)


def places_of_inputs(net):
    """A list that every forward pass of the net adds its input's device to."""
    places = []
    observe(net, lambda _net, place: places.append(place))
    return places


def run_evaluation(
    evaluate_accuracy_gpu,
    net_name,
    state,
    data,
    batch_size,
    arguments=(),
    device="cpu",
    plain=False,
    named=None,
    data_on="cpu",
):
    """Evaluates a net left in training mode, its first layer with parameters frozen.

    The result, what each forward pass saw (gradients enabled, training mode, its input's device), the state after it,
    which parameters have gradients, which require them, and whether gradients are enabled afterwards.
    """
    net = NETS[net_name]().to(device)
    net.load_state_dict(state)
    net.train()
    next(net.parameters()).requires_grad_(False)
    seen = []
    observe(net, lambda net, place: seen.append((torch.is_grad_enabled(), net.training, place)))
    batches = loader(*(tensor.to(data_on) for tensor in data), batch_size)
    try:
        result = evaluate_accuracy_gpu(net, list(batches) if plain else batches, *arguments, **(named or {}))
        enabled = torch.is_grad_enabled()
    finally:
        torch.set_grad_enabled(True)
    gradients = [parameter.grad is not None for parameter in net.parameters()]
    required = [parameter.requires_grad for parameter in net.parameters()]
    return result, seen, state_of(net), gradients, required, enabled


def evaluation_of_generator(evaluate_accuracy_gpu, net_name, state, data, batch_size):
    """The result when a generator gives the batches, each of them once."""
    net = NETS[net_name]()
    net.load_state_dict(state)
    return evaluate_accuracy_gpu(net, (batch for batch in loader(*data, batch_size)))


def evaluations_of_list(evaluate_accuracy_gpu, net_name, state, first, second, batch_size):
    """The results for a list of batches, and again when it holds others."""
    net, batches, found = NETS[net_name](), [], []
    net.load_state_dict(state)
    for data in (first, second):
        batches[:] = list(loader(*data, batch_size))
        found.append(evaluate_accuracy_gpu(net, batches))
    return found


def loss_after(train_epoch_gpu, net_name, state, data, batch_size, scores, labels):
    """What the loss that was given for an epoch of training says of these scores afterwards."""
    net, loss = NETS[net_name](), nn.CrossEntropyLoss()
    net.load_state_dict(state)
    train_epoch_gpu(net, loader(*data, batch_size), loss, OPTIMIZERS["SGD"](net.parameters()), torch.device("cpu"))
    return loss(scores, labels).detach()


def batches_after(train_epoch_gpu, evaluate_accuracy_gpu, net_name, state, data, batch_size):
    """After each of the two functions has gone through a list of batches: their data, how many of their tensors require
    gradients, and how many have one.
    """
    net = NETS[net_name]()
    net.load_state_dict(state)
    optimizer, found = OPTIMIZERS["SGD"](net.parameters()), []
    for function, arguments in (
        (train_epoch_gpu, (nn.CrossEntropyLoss(), optimizer, torch.device("cpu"))),
        (evaluate_accuracy_gpu, ()),
    ):
        batches = [tuple(batch) for batch in loader(*data, batch_size)]
        function(net, batches, *arguments)
        tensors = [tensor for batch in batches for tensor in batch]
        required = sum(tensor.requires_grad for tensor in tensors)
        gradients = sum(tensor.is_leaf and tensor.grad is not None for tensor in tensors)
        found.append([*(torch.cat(parts).detach() for parts in zip(*batches, strict=True)), required, gradients])
    return found


def accuracy_on(accuracy, y_hat, y, device):
    """What `accuracy` gives for tensors on the device."""
    return accuracy(y_hat.to(device), y.to(device))


def without_pinning(call, *arguments, **named):
    """The call where to pin a tensor does nothing: one on a GPU cannot be pinned."""
    with contextlib.ExitStack() as stack:
        for kind in {torch.Tensor, type(torch.empty(0, device="cuda:0"))}:  # simulated ones have a class of their own
            stack.enter_context(mock.patch.object(kind, "pin_memory", lambda self, *_, **__: self))
        return call(*arguments, **named)


def recorded_epoch(train_epoch_gpu, net_name, state, data, batch_size, optimizer, loss, _epochs, device):
    """Trains for an epoch under observation."""
    net = NETS[net_name]()
    net.load_state_dict(state)
    net.to(device)
    optimizer = OPTIMIZERS[optimizer](net.parameters())
    batches, loss = loader(*data, batch_size), LOSSES[loss]()
    with observed() as report:
        train_epoch_gpu(net, batches, loss, optimizer, torch.device(device))
    return report


def recorded_evaluation(evaluate_accuracy_gpu, net_name, state, data, batch_size, device):
    """Evaluates under observation."""
    net = NETS[net_name]()
    net.load_state_dict(state)
    net.to(device)
    batches = loader(*data, batch_size)
    with observed() as report:
        evaluate_accuracy_gpu(net, batches)
    return report


HEAVY = {"convolution", "convolution_backward", "addmm", "mm", "bmm", "conv2d", "linear"}  # the last: inference mode


@contextlib.contextmanager
def observed():
    """Where the block computed, which GPUs it touched, bytes moved there, waits. Real GPUs cannot be observed so."""
    report = {"recorded": False, "computed": [], "touched": [], "moved": 0, "waits": 0}
    if not simulated_cuda.installed():
        yield report
        return
    with simulated_cuda.record() as record:
        yield report
    computed = [device for device, operators in record.operations.items() if HEAVY & operators.keys()]
    touched = {device for device in record.operations if device != "cpu"}
    moved = sum(copy.bytes for (source, _), copy in record.copies.items() if source == "cpu")
    waits = record.synchronisations
    report |= {"recorded": True, "computed": computed, "touched": sorted(touched), "moved": moved, "waits": waits}


class CountingDataset(Dataset):
    """Counts how often each sample is asked for, and notes in which order."""

    def __init__(self, images, labels):
        self.images, self.labels = images, labels
        self.counts, self.order = [0] * len(images), []

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        self.counts[index] += 1
        self.order.append(index)
        return self.images[index], self.labels[index]


def orders(train_epoch_gpu, train_gpu, net_name, data, batch_size, epochs):
    """The order in which each function asks for the samples of a shuffled set in some epochs, one after the other."""
    found = []
    for function in (train_epoch_gpu, train_gpu):
        net, train_set = NETS[net_name](), CountingDataset(*data)
        train_iter, device = DataLoader(train_set, batch_size, shuffle=True), torch.device("cpu")
        if function is train_epoch_gpu:
            optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
            for _ in range(epochs):
                train_epoch_gpu(net, train_iter, nn.CrossEntropyLoss(), optimizer, device)
        else:
            train_gpu(net, train_iter, loader(*data, batch_size), epochs, 0.1, device)
        found.append(train_set.order)
    return found


class ShiftingLabels(CountingDataset):
    """In the first epochs all samples are of one class; then each has another label whenever it is asked for.

    So the loss falls at first, and never again as low.
    """

    def __getitem__(self, index):
        image, label = super().__getitem__(index)
        times = self.counts[index]
        return image, (label + times) % 10 if times > 3 else torch.zeros_like(label)


class Beginning:
    """The net's state before the first forward pass that a backward pass follows.

    What comes before it is no training: some look at the scores first, or give lazy layers their shapes.
    """

    def __init__(self, net):
        self.state, self.over = {}, False
        observe(net, self._before, self._after)

    def _before(self, net, _place):
        if not self.over:
            self.state = state_of(net)

    def _after(self, _net, output):
        if self.over or not output.requires_grad:
            return
        try:
            output.register_hook(self._backward)
        except RuntimeError:  # torch.func's tensors take no hooks
            self.over = True

    def _backward(self, _gradient):
        self.over = True


KEYS = ("train_loss", "train_acc", "test_acc")


def run_training(
    train_gpu,
    net_name,
    state,
    train,
    test,
    batch_size,
    num_epochs,
    lr,
    device="cpu",
    begins_on="cpu",
    shifting=False,
    plain=False,
    data_on="cpu",
    twice=False,
):
    """Calls `train_gpu`, and says what it did.

    `history`, `types` of its entries' values, `initial`: the weights at the beginning of the training, `state`: those
    afterwards, `devices` of the net, `counts`: how often each sample was asked for, `places`: of each input. If
    `shifting`, the labels are others in every epoch. If `plain`, the batches come in lists. They come from `data_on`.
    If `twice`, there is another call afterwards; `initial_again` are the weights at the beginning of that one.
    """
    net = NETS[net_name]()
    net.load_state_dict(state)
    net.to(begins_on)
    beginning, places = Beginning(net), places_of_inputs(net)
    train, test = ([tensor.to(data_on) for tensor in each] for each in (train, test))
    train_set = (ShiftingLabels if shifting else CountingDataset)(*train)
    test_iter = test_loader(*test)
    train_iter = DataLoader(train_set, batch_size)
    if plain:
        train_iter, test_iter = list(train_iter), list(test_iter)
    history = train_gpu(net, train_iter, test_iter, num_epochs, lr, torch.device(device))
    entries = [entry for entry in history if isinstance(entry, dict)] if isinstance(history, list) else []
    report = {
        "history": history,
        "types": sorted({type(entry[key]).__name__ for entry in entries for key in KEYS if key in entry}),
        "initial": beginning.state,
        "state": state_of(net),
        "devices": sorted({str(value.device) for value in net.state_dict().values()}),
        "counts": list(train_set.counts),
        "places": list(places),
    }
    if twice:
        beginning.over = False
        train_gpu(net, train_iter, test_iter, num_epochs, lr, torch.device(device))
        report["initial_again"] = beginning.state
    return report


def run_training_without_gpus(*arguments):
    """`run_training` on the CPU, while torch says that there is no GPU."""
    with (
        mock.patch.object(torch.cuda, "device_count", return_value=0),
        mock.patch.object(torch.cuda, "is_available", return_value=False),
    ):
        return run_training(*arguments)
