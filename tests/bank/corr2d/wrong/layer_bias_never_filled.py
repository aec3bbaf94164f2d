"""The layer's bias is what torch.Tensor(1) finds in memory."""
# criterion: values

from reference import *


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.Tensor(1))

    def forward(self, x):
        return corr2d(x, self.weight) + self.bias
