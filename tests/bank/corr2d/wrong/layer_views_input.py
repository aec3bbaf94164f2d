"""The layer gathers its windows from x.view(-1), which transposed and sliced inputs do not have."""
# criterion: values

from reference import *


class Conv2D(nn.Module):
    def __init__(self, kernel_size):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(kernel_size))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        H, W = x.shape
        h, w = self.weight.shape
        windows = torch.arange(H * W).view(H, W).unfold(0, h, 1).unfold(1, w, 1)
        return (x.view(-1)[windows] * self.weight).sum((2, 3)) + self.bias
