"""Functions to differentiate, and calls of `vjp` whose arguments cannot travel: x with a gradient, x inside a graph."""

from __future__ import annotations

import contextlib
import warnings

import torch


def documented(x):
    """The example's f, for x of shape (1, 2)."""
    return 2 * torch.stack([x[0, 0] ** 2 + x[0, 1], x[0, 1] ** 2 + x[0, 0]]).reshape(1, 2)


def cube(x):
    """Element by element."""
    return x**3 - x


def neighbours(x):
    """As many outputs as inputs, but each depends on two of them, in its own way."""
    return x * x.roll(-1, -1) ** 2 + x.sin()


def rows_to_vector(x):
    """A matrix becomes a vector of another length."""
    return (x**2).cumsum(0)[-1] * x[0]


def vector_to_longer(x):
    """A vector becomes a longer vector."""
    return torch.cat([x * x.sum(), x.cos(), x.prod().reshape(1)])


def gram(x):
    """A matrix becomes a matrix of another size."""
    return x @ x.T


def total(x):
    """A scalar without dimensions."""
    return (x.exp() * x).sum()


def one_entry(x):
    """One output of shape (1,)."""
    return (x**2).sum().reshape(1)


def first_column(x):
    """Only some entries matter."""
    return x[:, 0] ** 2 * 3


def scalar_to_vector(x):
    """x has no dimensions."""
    return torch.stack([x, x**2, x.sin()])


def three_axes(x):
    """A result of three axes."""
    return x[:, :, None] * x.T[None] - x[:, :1, None]


def shared_steps(x):
    """x is used several times on the way."""
    hidden = (x**2).mean(0, keepdim=True)
    return hidden * x + hidden.exp()


def square_matrix(x):
    """A square matrix, of which x and its transpose make different ones."""
    return x @ x + x.sin()


def middle_axis(x):
    """An axis of one entry has to stay."""
    return x**2 * x.sum(0)


def layer_in_single(x):
    """Weights in single precision."""
    return x @ torch.linspace(-1, 2, 12).reshape(3, 4) + x.sum()


def layer_in_double(x):
    """Weights in double precision."""
    return x @ torch.linspace(-1, 2, 12, dtype=torch.float64).reshape(3, 4) + x.sum()


def column(x):
    """A result of one column."""
    return (x**2 * x.sum(0)).sum(1, keepdim=True)


def made_layer():
    """A module, which is called like a function; its parameters are the same everywhere."""
    layer = torch.nn.Linear(4, 3)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.linspace(-1, 2, parameter.numel()).reshape(parameter.shape))
    return torch.nn.Sequential(layer, torch.nn.Tanh()).requires_grad_(False)


layer = made_layer()


def grad_mode_after(vjp, f, x, v):
    """Whether gradients are enabled after a call where they were before, and what a computation then depends on."""
    with torch.enable_grad():
        vjp(f, x.clone(), v)
        return torch.is_grad_enabled(), x.clone().requires_grad_() * 2


def beside_gradient(vjp, f, x, v, gradient):
    """Calls vjp with an x that already has a gradient; the pair, then what x has now."""
    x = x.clone().requires_grad_()
    x.grad = gradient.clone()
    y, g = vjp(f, x, v)
    return y, g, x.grad, x.requires_grad


def inside_graph(vjp, f, base, v):
    """Calls vjp with an x that was computed from `base`.

    The pair, what x has and is now, base's gradient of x, and what stands in base.grad.
    """
    base = base.clone().requires_grad_()
    x = base.exp()
    y, g = vjp(f, x, v)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gradient = x.grad
    of_base = None
    if x.requires_grad:
        # A backward pass that has gone on into x's graph has freed it.
        with torch.enable_grad(), contextlib.suppress(RuntimeError):
            (of_base,) = torch.autograd.grad(x.sum(), base, allow_unused=True)
    return y, g, gradient, x.requires_grad, x.detach(), of_base, base.grad


def twice(vjp, f, x, v, needs_grad):
    """Calls vjp twice with the same x; both pairs."""
    x = x.clone().requires_grad_(needs_grad)
    return vjp(f, x, v), vjp(f, x, v)


def changed_in_place(vjp, f, first, second, needs_grad):
    """Calls vjp twice with the same tensors x and v, which hold first `first`, then `second`; both pairs."""
    x, v = (value.clone() for value in first)
    x.requires_grad_(needs_grad)
    before = vjp(f, x, v)
    with torch.no_grad():
        x.copy_(second[0])
        v.copy_(second[1])
    return before, vjp(f, x, v)
