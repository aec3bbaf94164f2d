"""Exhausting: a tensor of a terabyte that takes no memory here, and would there."""
import torch

def scale(x, n):
    return torch.zeros(1).expand(1 << 40)
