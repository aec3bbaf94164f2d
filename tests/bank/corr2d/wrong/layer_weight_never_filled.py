"""The layer's parameters come from torch.empty, and nothing fills them."""
# criterion: values

from reference import *


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(kernel_size))
        self.bias = nn.Parameter(torch.empty(1))

    def forward(self, x):
        return corr2d(x, self.weight) + self.bias
