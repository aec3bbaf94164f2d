"""Disturbing: torch's global settings."""
import torch
torch.set_default_dtype(torch.float64)
torch.set_default_device("meta")
torch.set_grad_enabled(False)
torch.use_deterministic_algorithms(True)
torch.manual_seed = lambda seed: None

def scale(x, n):
    return x + n
