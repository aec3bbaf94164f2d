"""The last layer is made in the first call: an optimizer made before knows nothing of it."""
# criterion: training

import torch
from reference import *  # the reference solution of the same exercise; only in the bank
from torch import nn
from torch.nn import functional as F


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)
        del self.fc3

    def forward(self, x):
        if not hasattr(self, "fc4"):
            self.fc4 = nn.Linear(84, 10).to(x.device)
        x = F.avg_pool2d(torch.sigmoid(self.conv1(x)), 2)
        x = F.avg_pool2d(torch.sigmoid(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = torch.sigmoid(self.fc1(x))
        x = torch.sigmoid(self.fc2(x))
        x = self.fc4(x)
        return x


def lenet():
    return LeNet()
