r"""Exercise 9: residual networks.                                                 50 minutes, medium

The residual block
------------------
A layer added to a network should not make it worse: it could always learn to pass its input on. Plain layers find that
hard to learn. A residual block (He et al., 2016) adds its input to its output, so that it has to learn only the
difference, and "pass it on" is all weights at zero:

    X ── conv1 3×3, stride s ── bn1 ── ReLU ── conv2 3×3 ── bn2 ── + ── ReLU ── Y
     └──────────── conv3 1×1, stride s (or nothing) ───────────────┘

Both 3×3 convolutions have padding 1. The sum needs equal shapes: whoever makes a block that changes the number of
channels or has a stride asks for the 1×1 convolution conv3 with use_1x1conv=True, and it projects the input; otherwise
conv3 is None and the input is added as it is. The last ReLU comes *after* the sum.

Examples: Residual(3, 3) keeps an input of 4×3×6×6; Residual(3, 6, use_1x1conv=True, strides=2) makes it 4×6×3×3.

A stage of blocks
-----------------
A stage is a list of residual blocks with the same number of output channels. Its first block halves height and width
(stride 2) and projects; the others keep the shape. In the first stage of a ResNet no block does so (first_block=True):
the max pooling before it has just halved the image, and the number of channels stays.

ResNet-18
---------
For an input of 1×1×224×224:

    convolution 7×7, 64 channels, stride 2, padding 3 · BN · ReLU
    max pooling 3×3, stride 2, padding 1                                  1 × 64 × 56 × 56
    a stage of two blocks, 64 channels (the first stage)                  1 × 64 × 56 × 56
    a stage of two blocks, 128 channels                                   1 × 128 × 28 × 28
    a stage of two blocks, 256 channels                                   1 × 256 × 14 × 14
    a stage of two blocks, 512 channels                                   1 × 512 × 7 × 7
    global average pooling                                                1 × 512 × 1 × 1
    flatten                                                               1 × 512
    dense 512 → 10                                                        1 × 10

The 7×7 convolution, 4 · 2 · 2 convolutions in the blocks and the dense layer make eighteen. Nothing is forbidden: use
PyTorch's layers (`nn.Conv2d`, `nn.BatchNorm2d`, `nn.MaxPool2d`, `nn.AdaptiveAvgPool2d`, …).
"""

import torch
from torch import nn
from torch.nn import functional as F


class Residual(nn.Module):
    """A residual block, with the sub-modules `conv1`, `conv2`, `conv3` (or None), `bn1` and `bn2`."""

    def __init__(self, input_channels, num_channels, use_1x1conv=False, strides=1):
        """Make the layers.

        Args:
            input_channels: the number of channels of the input.
            num_channels: the number of channels of the output.
            use_1x1conv: whether conv3 projects the input; otherwise conv3 is None.
            strides: the stride of conv1 (and of conv3).
        """
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(input_channels, num_channels, kernel_size=3, padding=1, stride=strides)
        self.conv2 = nn.Conv2d(num_channels, num_channels, kernel_size=3, padding=1)
        self.conv3 = nn.Conv2d(input_channels, num_channels, kernel_size=1, stride=strides) if use_1x1conv else None
        self.bn1 = nn.BatchNorm2d(num_channels)
        self.bn2 = nn.BatchNorm2d(num_channels)
        ### END SOLUTION

    def forward(self, X):
        """Return the block's output; X has the shape (N, input_channels, H, W) and stays unchanged."""
        ### BEGIN SOLUTION
        Y = F.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        skip = X if self.conv3 is None else self.conv3(X)
        return F.relu(Y + skip)
        ### END SOLUTION


def resnet_block(input_channels, num_channels, num_residuals, first_block=False):
    """Make the residual blocks of one stage.

    Args:
        input_channels: the number of channels of the stage's input.
        num_channels: the number of channels of its output.
        num_residuals: the number of blocks.
        first_block: whether this is the network's first stage, in which nothing is halved and nothing projected.

    Returns:
        A list of num_residuals Residual modules.
    """
    ### BEGIN SOLUTION
    blocks = []
    for i in range(num_residuals):
        if i == 0 and not first_block:
            blocks.append(Residual(input_channels, num_channels, use_1x1conv=True, strides=2))
        else:
            blocks.append(Residual(num_channels, num_channels))
    return blocks
    ### END SOLUTION


def resnet18(num_classes=10, in_channels=1):
    """Build ResNet-18.

    Args:
        num_classes: the number of scores.
        in_channels: the number of channels of the images.

    Returns:
        An nn.Module that maps a tensor of shape (N, in_channels, H, W) to scores of shape (N, num_classes).
    """
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Sequential(
            nn.Conv2d(in_channels, 64, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        ),
        nn.Sequential(*resnet_block(64, 64, 2, first_block=True)),
        nn.Sequential(*resnet_block(64, 128, 2)),
        nn.Sequential(*resnet_block(128, 256, 2)),
        nn.Sequential(*resnet_block(256, 512, 2)),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
        nn.Linear(512, num_classes),
    )
    ### END SOLUTION
