"""Forging: a tensor subclass that lies about its shape, type and device."""
import torch

class Liar(torch.Tensor):
    shape = property(lambda self: (1 << 40, 1 << 40))
    dtype = property(lambda self: torch.float32)
    device = property(lambda self: torch.device("cuda:7"))
    requires_grad = property(lambda self: True)

    def detach(self):
        return self

    def numel(self):
        return -1

def scale(x, n):
    return torch.zeros(3).as_subclass(Liar)
