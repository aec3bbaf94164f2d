"""An autograd.Function that catches the gradient on its way; a key for each call."""

import torch


class _Catch(torch.autograd.Function):
    store = {}

    @staticmethod
    def forward(ctx, x, key):
        ctx.key = key
        return x.clone()

    @staticmethod
    def backward(ctx, g):
        _Catch.store[ctx.key] = g.clone()
        return g, None


def vjp(f, x, v):
    key = object()
    leaf = x.detach().clone().requires_grad_()
    y = f(_Catch.apply(leaf, key))
    y.backward(v, inputs=leaf)
    g = _Catch.store.pop(key, None)
    return y.detach(), leaf.grad if g is None else g.reshape(x.size())
