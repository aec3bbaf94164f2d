"""The accuracy protocols: beside the student's code its network trained by its loop, here the reference's measured."""

import torch
from torch import nn
from torch.nn.parameter import is_lazy
from torch.utils.data import DataLoader, Dataset

from harness_networks import observe, order_of_use, statistics


class ImageBatches(Dataset):
    """Standardised images out of one shared tensor, a whole batch at a time."""

    def __init__(self, images, labels, scale, side):
        self.images, self.labels, self.form = images, labels, (scale, side)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return standardised(self.images[index : index + 1], *self.form)[0], self.labels[index]

    def __getitems__(self, indices):
        return standardised(self.images[indices], *self.form), self.labels[indices]


def standardised(images, scale, side):
    """uint8 (N, 28, 28) → float (N, 1, 28, 28) with mean 0 and standard deviation 2, given the data's (mean, sd).

    Enlarged to (N, 1, side, side) if `side` is given. Sigmoid nets stay for epochs on a plateau when all inputs lie in
    [0, 1]; centred, wider ones take them off it.
    """
    mean, sd = scale
    values = images.unsqueeze(1).float().sub_(mean).mul_(2 / sd)
    return values if side is None else nn.functional.interpolate(values, (side, side), mode="bilinear")


def small_residual_network(resnet_block):
    """A residual network of one block per stage, for images of 28×28."""
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(1, 16, 7, stride=2, padding=3), nn.BatchNorm2d(16), nn.ReLU()),
        nn.Sequential(*resnet_block(16, 16, 1, first_block=True)),
        nn.Sequential(*resnet_block(16, 32, 1)),
        nn.Sequential(*resnet_block(32, 64, 1)),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
        nn.Linear(64, 10),
    )


# Network → how it is made from the submission's function.
BUILD = {
    "lenet": lambda lenet: lenet(),
    "lenet_bn": lambda lenet_bn: lenet_bn(),
    "residual": small_residual_network,
    "resnet18": lambda resnet18: resnet18(),
}


def train_network(name, function, train_gpu, train_epoch_gpu, images, labels, settings):
    """The accuracy protocol: `train_gpu`, then cool-down epochs at a tenth of the learning rate.

    Returns the trained net's parameters in the order of their use, its moving statistics, the history, the parameters
    near the beginning, and the way from there: its length as the crow flies, and the longest step (see `Way`).
    """
    net = BUILD[name](function)
    open_branches(net)
    way = Way(net)
    generator = torch.Generator().manual_seed(settings["seed"])
    train_set, few = (
        ImageBatches(images[:n], labels[:n], settings["scale"], settings["side"]) for n in (len(images), 500)
    )
    train_iter = DataLoader(
        train_set, settings["batch_size"], shuffle=True, generator=generator, collate_fn=lambda batch: batch
    )
    test_iter = DataLoader(few, 250, collate_fn=lambda batch: batch)
    device = torch.device(settings["device"])
    history = train_gpu(net, train_iter, test_iter, settings["epochs"], settings["lr"], device)
    optimizer = torch.optim.SGD(net.parameters(), lr=settings["lr"] / 10)
    for _ in range(settings["cool_down_epochs"]):
        train_epoch_gpu(net, train_iter, nn.CrossEntropyLoss(), optimizer, device)
    steps = way.steps()
    parameters = {name: parameter.detach().cpu() for name, parameter in net.named_parameters()}
    moving = statistics(net)
    order = order_of_use(net, next(iter(test_iter))[0].to(device))  # in training mode: the statistics change
    return {name: parameters[name] for name in order}, moving, history, way.beginning, steps


def open_branches(net):
    """Sets scales of normalisations that begin at zero to one.

    Some begin so, which closes a residual block's main path at first: a good start for a long training, but one epoch
    is over before they open.
    """
    for module in net.modules():
        scale = getattr(module, "weight", None)
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and scale is not None and not is_lazy(scale):
            with torch.no_grad():
                scale.copy_(torch.where((scale == 0).all(), torch.ones_like(scale), scale))


class Way:
    """Follows a net's parameters from one training batch to the next.

    The first batches are left out: some initialise the net after a first one, which gives lazy layers their shapes.
    """

    LEFT_OUT = 3

    def __init__(self, net):
        self.net, self.batches, self.longest = net, 0, 0.0
        self.beginning, self.start, self.last = None, None, None
        observe(net, after=self._after_forward)

    def _after_forward(self, net, _output):
        if not (net.training and torch.is_grad_enabled()):
            return
        self.batches += 1
        here = self._here()
        if self.batches <= self.LEFT_OUT:
            self.start = here
            self.beginning = {name: parameter.detach().cpu().clone() for name, parameter in net.named_parameters()}
        else:
            self.longest = max(self.longest, self._distance(here, self.last))
        self.last = here

    def _here(self):
        return torch.cat([parameter.detach().flatten().cpu() for parameter in self.net.parameters()])

    @staticmethod
    def _distance(one, other):
        return float((one - other).norm()) if one.shape == other.shape else float("inf")

    def steps(self):
        """The distance from the start, and the longest step after it."""
        if self.start is None:
            return [0.0, 0.0]
        here = self._here()
        longest = max(self.longest, self._distance(here, self.last))
        return [self._distance(here, self.start), longest]


def predictions(net, images, scale, side, training=False):
    """The class that the net, in evaluation mode or in training mode, gives each image."""
    net.train(training)
    device = next(net.parameters()).device
    parts = (standardised(part, scale, side).to(device) for part in images.split(500))
    with torch.set_grad_enabled(training):
        return torch.cat([net(part).argmax(1).cpu() for part in parts])
