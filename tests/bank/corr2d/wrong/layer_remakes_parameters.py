"""forward makes the parameters anew: an optimizer that was given the old ones trains nothing."""
# criterion: gradients

from reference import *


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        self.weight = nn.Parameter(self.weight.detach().clone())
        self.bias = nn.Parameter(self.bias.detach().clone())
        return corr2d(x, self.weight) + self.bias
