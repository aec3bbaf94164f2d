"""The receptive field from the first to the last input pixel that is found by walking back through the layers."""

from reference import *


def receptive_field(layers):
    seen = {0}
    for kernel, stride in reversed(layers):
        seen = {place * stride + offset for place in seen for offset in range(kernel)}
    return max(seen) - min(seen) + 1
