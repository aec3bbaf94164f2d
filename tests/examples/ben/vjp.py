r"""Exercise 1: gradients of non-scalar outputs.                                   10 minutes, easy

The idea
--------
`y.backward()` works when y is a single number. When y has several entries there is no single gradient but a whole
matrix of them, the Jacobian J with J[i, j] = dy_i / dx_j. Autograd never builds that matrix. It computes the product
of a vector v with it, vᵀJ, the *vector-Jacobian product*:

    g_j = sum over i of  v_i · dy_i / dx_j

v says how much each entry of y counts. With v full of ones, g is the gradient of y.sum(). Every backward pass through
every layer of a network is such a product, and the hidden tests of this course check your layers in this way.

A worked example
----------------
x = [[2, 4]],  f(x) = 2 · [[x0² + x1, x1² + x0]],  v = [[1, 2]]

    y = 2 · [[4 + 4, 16 + 2]] = [[16, 36]]

    dy0/dx0 = 4·x0 = 8     dy0/dx1 = 2
    dy1/dx0 = 2            dy1/dx1 = 4·x1 = 16

    g0 = 1·8 + 2·2  = 12
    g1 = 1·2 + 2·16 = 34        so g = [[12, 34]]

Leave no trace
--------------
The caller's x stays as it is: its `.grad` is neither filled in nor cleared, and `requires_grad` is what it was before.
x may or may not require a gradient, and calling the function twice gives the same answer twice.

Useful: `x.detach()`, `x.requires_grad_()`, `torch.autograd.grad`, or `y.backward(v)`.
"""

import torch


def vjp(f, x, v):
    """Compute y = f(x) and the vector-Jacobian product g = vᵀ · ∂f/∂x.

    Args:
        f: a function from a tensor to a tensor, built of differentiable torch operations.
        x: a floating-point tensor, of any shape; left unchanged.
        v: a tensor of the shape of f(x).

    Returns:
        (y, g): y of the shape of v, detached from the graph; g of the shape of x.
    """
    raise NotImplementedError("vjp: not written yet")
