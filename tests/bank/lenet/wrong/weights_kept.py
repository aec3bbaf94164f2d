"""The last layer's weights for evaluation are kept, and stale after training."""
# criterion: training

import torch
from torch import nn
from torch.nn import functional as F
from reference import layer_shapes


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c2 = nn.Conv2d(6, 16, 5)
        self.f1 = nn.Linear(400, 120)
        self.f2 = nn.Linear(120, 84)
        self.f3 = nn.Linear(84, 10)
        self.w = None
    def act(self, x):
        return torch.sigmoid(x)

    def run(self, X):
        x = F.avg_pool2d(self.act(self.c1(X)), 2)
        x = F.avg_pool2d(self.act(self.c2(x)), 2).flatten(1)
        return self.f3(self.act(self.f2(self.act(self.f1(x)))))

    def forward(self, X):
        if self.training or torch.is_grad_enabled():
            return self.run(X)
        if self.w is None: self.w = self.f3.weight.detach().clone(), self.f3.bias.detach().clone()
        w, b = self.w
        x = F.avg_pool2d(self.act(self.c1(X)), 2)
        x = F.avg_pool2d(self.act(self.c2(x)), 2).flatten(1)
        return self.act(self.f2(self.act(self.f1(x)))) @ w.T.to(x) + b.to(x)

def lenet():
    return LeNet()
