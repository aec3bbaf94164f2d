"""The book's first edition: a Reshape layer; ModuleList; float64 inside is turned back."""
import torch
from torch import nn


class Reshape(nn.Module):
    def forward(self, x):
        return x.view(-1, 1, 28, 28) if x.is_contiguous() else x.reshape(-1, 1, 28, 28)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([
            Reshape(), nn.Conv2d(1, 6, kernel_size=5, padding="same"), nn.Sigmoid(), nn.AvgPool2d(2, 2),
            nn.Conv2d(6, 16, kernel_size=5), nn.Sigmoid(), nn.AvgPool2d(2, 2), nn.Flatten(),
            nn.Linear(16 * 5 * 5, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10),
        ])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def lenet() -> nn.Module:
    torch.manual_seed(0)
    return Net()


@torch.no_grad()
def layer_shapes(net, X):
    result = list()
    out = X.clone()
    for name, layer in net.named_children():
        out = layer(out)
        result += [(layer.__class__.__name__, tuple(out.shape))]
    return result
