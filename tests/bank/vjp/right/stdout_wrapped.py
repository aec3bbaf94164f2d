"""Wraps standard output anew, as on Windows."""

import sys, io
sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')
print('hé')

import torch
def vjp(f, x, v):
    z = x.detach().clone().requires_grad_()
    y = f(z)
    y.backward(v)
    return y.detach(), z.grad
