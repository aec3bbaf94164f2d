"""The sigmoid is exp(x) / (1 + exp(x)), which is no number for large x."""
# criterion: values

import torch
from torch import nn
from reference import *  # the reference solution of the same exercise; only in the bank


class Logistic(nn.Module):
    def forward(self, X):
        return torch.exp(X) / (1 + torch.exp(X))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        Logistic(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        Logistic(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        Logistic(),
        nn.Linear(120, 84),
        Logistic(),
        nn.Linear(84, 10),
    )
