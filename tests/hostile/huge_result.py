"""Exhausting: a result of gigabytes."""
import torch

def scale(x, n):
    return torch.zeros(1).expand(1 << 33)
