"""The layer adds its bias in training mode only."""
# criterion: values

import reference
from reference import conv2d, corr2d, learn_kernel


class Conv2D(reference.Conv2D):
    def forward(self, x):
        return corr2d(x, self.weight) + self.bias * self.training
