r"""Exercise 11: the GPU training loop.                                            60 minutes, hard

Devices
-------
A tensor lives on a device: the CPU, or one of the GPUs `cuda:0`, `cuda:1`, …  Operations need all their tensors on one
device. `try_gpu(i)` gives GPU number i if the machine has that many, else the CPU; `try_all_gpus()` gives a list of all
GPUs, or of the CPU alone. So the same program runs everywhere. `torch.cuda.device_count()` counts.

Accuracy
--------
The network gives ten scores per image; its prediction is the class with the largest. `accuracy` *counts* how many
rows of the scores have their largest entry at the label. Example:

    y_hat = [[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]], y = [0, 2]  →  predictions [2, 2]  →  1.0

`evaluate_accuracy_gpu` divides the count over a whole dataset by the number of samples. It evaluates: the network in
evaluation mode (`net.eval()`), no gradients (`torch.no_grad()`), batches moved to the device of the network.

Initialisation
--------------
Sigmoid networks learn nothing from a bad start. Xavier's uniform initialisation (`nn.init.xavier_uniform_`) fits the
weights' scale to the layer's size. `init_weights(m)` does so for one layer if it is an `nn.Linear` or `nn.Conv2d`,
and leaves others alone; `net.apply(init_weights)` calls it for every layer.

One epoch
---------
One pass over the training set, in training mode (`net.train()`). Per batch: move it to the device; zero the gradients
(they add up otherwise); compute the scores and the loss; backward; one step of the optimizer.

It returns the mean loss and the accuracy *over the samples*. `loss` is a mean over the batch, so weigh it by the
batch's size. Example: for batches of 3 and 1 samples with the losses 1.0 and 5.0, the mean is (3·1.0 + 1·5.0) / 4 =
2.0, not 3.0.

The whole training
------------------
Initialise the weights, move the network to the device, make an SGD optimizer with the learning rate lr and the
cross-entropy loss. Then for each epoch: train one epoch, evaluate on the test set, and note a dict

    {"train_loss": 0.9, "train_acc": 0.65, "test_acc": 0.7}        all floats

The list of these is the history; plot it. With LeNet, lr 0.9, batches of 256 and 10 epochs, expect a test accuracy
near 0.8. The grader trains your own `lenet`, `lenet_bn` and `resnet18` with your own loop and measures the accuracy.
"""

import torch
from torch import nn


def try_gpu(i=0):
    """Return GPU number i if there are at least i + 1 GPUs, else the CPU, as a torch.device."""
    raise NotImplementedError("try_gpu: not written yet")


def try_all_gpus():
    """Return a list of all GPUs as torch.devices, or of the CPU alone if there is none."""
    raise NotImplementedError("try_all_gpus: not written yet")


def accuracy(y_hat, y):
    """Count the right predictions.

    Args:
        y_hat: scores, a tensor of shape (n, classes).
        y: labels, an integer tensor of shape (n,).

    Returns:
        The number of rows whose largest score is at the label, a float.
    """
    raise NotImplementedError("accuracy: not written yet")


def evaluate_accuracy_gpu(net, data_iter, device=None):
    """Measure the accuracy of a network on a dataset, in evaluation mode and without gradients.

    Args:
        net: an nn.Module that maps a batch of inputs to scores.
        data_iter: an iterable over batches (X, y).
        device: where to compute; None stands for the device of the network's first parameter.

    Returns:
        The share of right predictions over all samples, a float in [0, 1].
    """
    raise NotImplementedError("evaluate_accuracy_gpu: not written yet")


def init_weights(m):
    """Give a layer Xavier-uniform weights if it is an nn.Linear or nn.Conv2d; leave any other module alone."""
    raise NotImplementedError("init_weights: not written yet")


def train_epoch_gpu(net, train_iter, loss, optimizer, device):
    """Train a network for one epoch.

    Args:
        net: an nn.Module, already on the device.
        train_iter: an iterable over batches (X, y), on any device.
        loss: a function of (scores, labels) that returns the mean loss of the batch.
        optimizer: a torch.optim.Optimizer of the network's parameters.
        device: where to compute.

    Returns:
        (mean loss, accuracy), both averaged over the samples of the epoch, as floats.
    """
    raise NotImplementedError("train_epoch_gpu: not written yet")


def train_gpu(net, train_iter, test_iter, num_epochs, lr, device):
    """Train a network with stochastic gradient descent and cross-entropy.

    Args:
        net: an nn.Module that maps a batch of inputs to scores; initialised and moved to the device here.
        train_iter: an iterable over the training batches (X, y).
        test_iter: an iterable over the test batches.
        num_epochs: the number of epochs.
        lr: the learning rate.
        device: where to compute; the network ends there.

    Returns:
        The history: a list of one dict per epoch with the floats "train_loss" and "train_acc" (over that epoch's
        training batches) and "test_acc" (after that epoch).
    """
    raise NotImplementedError("train_gpu: not written yet")
