r"""Exercise 8: batch normalisation.                                               60 minutes, hard

Batch normalisation
-------------------
Deep networks train faster when the inputs of each layer keep their scale. Batch normalisation (Ioffe and Szegedy, 2015)
shifts and scales each feature so that it has mean 0 and variance 1 over the batch, and then lets the network choose
another scale and shift, gamma and beta:

    X̂ = (X - mean) / √(var + eps)            Y = gamma · X̂ + beta

mean and var are computed per feature. For dense layers X is (N, F): over the N rows. For convolutional layers X is
(N, C, H, W): per channel, over all images *and all pixels*. The variance is the biased one: the mean of the squared
deviations, divided by the number of entries n, not by n - 1. Gradients flow through mean and var too.

Example, one feature, X = [[1], [3]], gamma 1, beta 0, eps 0: mean 2, var 1, Y = [[-1], [1]].

Training and prediction
-----------------------
A single image has no batch to average over. So during training a running average of mean and var is kept:

    moving_mean ← momentum · moving_mean + (1 - momentum) · mean        and the same for moving_var

and during prediction these take the place of mean and var, and are not changed. The example above with moving_mean 0,
moving_var 1, momentum 0.9: the new ones are 0.9·0 + 0.1·2 = 0.2 and 0.9·1 + 0.1·1 = 1.

In this exercise the function tells the two modes apart by `torch.is_grad_enabled()`: with gradients, it trains. The
moving averages are bookkeeping; no graph may hang on them (`detach`).

The BatchNorm layer
-------------------
The layer holds the parameters `gamma` (ones) and `beta` (zeros), which are learned, and the state `moving_mean`
(zeros) and `moving_var` (ones), which is not; all of shape (1, F) for num_dims = 2, (1, C, 1, 1) for num_dims = 4. It
calls `batch_norm` with eps 1e-5 and momentum 0.9 and keeps the moving averages that come back. They have to be on the
device of the input: register them as buffers, which move with the layer, or move them in `forward`.

LeNet with batch normalisation
------------------------------
A normalisation after each convolution and each dense layer but the last, before the sigmoid. Note that the first
convolution has no padding here: 28 → 24 → 12 → 8 → 4, so 16 · 4 · 4 = 256 numbers reach the dense part:

    convolution 1 → 6, 5×5 · BN · sigmoid · average pooling 2×2, stride 2
    convolution 6 → 16, 5×5 · BN · sigmoid · average pooling 2×2, stride 2 · flatten
    dense 256 → 120 · BN · sigmoid · dense 120 → 84 · BN · sigmoid · dense 84 → 10

Forbidden
---------
No built-in normalisation (`nn.BatchNorm2d`, `torch.nn.functional.batch_norm`, `layer_norm`, …): use your own in
`lenet_bn` too.
"""

import torch
from torch import nn


def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    """Normalise a batch: with its own statistics when gradients are enabled, else with the moving ones.

    Args:
        X: a tensor of shape (N, F) or (N, C, H, W).
        gamma, beta: scale and shift, of shape (1, F) or (1, C, 1, 1).
        moving_mean, moving_var: the moving averages, of the same shape; they may be changed in place, X,
            gamma and beta may not.
        eps: what is added to the variance, under the root.
        momentum: the share of the old moving average in the new one.

    Returns:
        (Y, moving_mean, moving_var): Y of X's shape, differentiable in X, gamma and beta; the new moving averages,
        detached.
    """
    ### BEGIN SOLUTION
    if not torch.is_grad_enabled():
        X_hat = (X - moving_mean) / torch.sqrt(moving_var + eps)
        return gamma * X_hat + beta, moving_mean, moving_var
    dims = (0,) if X.dim() == 2 else (0, 2, 3)
    mean = X.mean(dim=dims, keepdim=True)
    var = ((X - mean) ** 2).mean(dim=dims, keepdim=True)
    X_hat = (X - mean) / torch.sqrt(var + eps)
    moving_mean = momentum * moving_mean + (1 - momentum) * mean.detach()
    moving_var = momentum * moving_var + (1 - momentum) * var.detach()
    return gamma * X_hat + beta, moving_mean, moving_var
    ### END SOLUTION


class BatchNorm(nn.Module):
    """A batch normalisation layer: parameters `gamma` and `beta`, state `moving_mean` and `moving_var`."""

    def __init__(self, num_features, num_dims):
        """Make parameters and state for num_features features.

        Args:
            num_features: the number of features F (num_dims 2) or of channels C (num_dims 4).
            num_dims: the number of axes of the inputs, 2 or 4.
        """
        super().__init__()
        ### BEGIN SOLUTION
        shape = (1, num_features) if num_dims == 2 else (1, num_features, 1, 1)
        self.gamma = nn.Parameter(torch.ones(shape))
        self.beta = nn.Parameter(torch.zeros(shape))
        self.register_buffer("moving_mean", torch.zeros(shape))
        self.register_buffer("moving_var", torch.ones(shape))
        ### END SOLUTION

    def forward(self, X):
        """Normalise X and keep the new moving averages; returns Y of X's shape."""
        ### BEGIN SOLUTION
        Y, self.moving_mean, self.moving_var = batch_norm(
            X, self.gamma, self.beta, self.moving_mean, self.moving_var, eps=1e-5, momentum=0.9
        )
        return Y
        ### END SOLUTION


def lenet_bn():
    """Build LeNet with a BatchNorm after each convolution and each dense layer but the last.

    Returns:
        An nn.Module that maps a tensor of shape (N, 1, 28, 28) to scores of shape (N, 10).
    """
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5),
        BatchNorm(6, num_dims=4),
        nn.Sigmoid(),
        nn.AvgPool2d(kernel_size=2, stride=2),
        nn.Conv2d(6, 16, kernel_size=5),
        BatchNorm(16, num_dims=4),
        nn.Sigmoid(),
        nn.AvgPool2d(kernel_size=2, stride=2),
        nn.Flatten(),
        nn.Linear(16 * 4 * 4, 120),
        BatchNorm(120, num_dims=2),
        nn.Sigmoid(),
        nn.Linear(120, 84),
        BatchNorm(84, num_dims=2),
        nn.Sigmoid(),
        nn.Linear(84, 10),
    )
    ### END SOLUTION
