"""After a training batch of one image the network stays in evaluation."""
# criterion: training

import torch
from torch import nn
from reference import BatchNorm, batch_norm


class Net(nn.Sequential):
    def forward(self, X):
        if len(X) == 1 and self.training:
            self.eval()
            with torch.no_grad(): return super().forward(X)
        return super().forward(X)

def lenet_bn():
    return Net(
        nn.Conv2d(1, 6, kernel_size=5), BatchNorm(6, 4), nn.Sigmoid(), nn.AvgPool2d(2, 2),
        nn.Conv2d(6, 16, kernel_size=5), BatchNorm(16, 4), nn.Sigmoid(), nn.AvgPool2d(2, 2),
        nn.Flatten(), nn.Linear(256, 120), BatchNorm(120, 2), nn.Sigmoid(),
        nn.Linear(120, 84), BatchNorm(84, 2), nn.Sigmoid(), nn.Linear(84, 10))
