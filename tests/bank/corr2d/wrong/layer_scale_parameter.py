"""The layer has a third parameter, which scales its output."""
# criterion: shapes

from reference import *


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return corr2d(x, self.weight) * self.scale + self.bias
