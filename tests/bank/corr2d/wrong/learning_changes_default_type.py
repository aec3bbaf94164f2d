"""Learning is done in double precision, by changing the type of all new tensors in the program."""
# criterion: implementation

import torch

from reference import *
import reference


def learn_kernel(X, Y, kernel_size, num_steps, lr):
    torch.set_default_dtype(torch.float64)
    weight, bias = reference.learn_kernel(X.double(), Y.double(), kernel_size, num_steps, lr)
    return weight.float(), bias.float()
