"""A backward pass whose tensors are looked at afterwards."""

from __future__ import annotations


def after_backward(function, inputs, settings, cotangent):
    """Goes forward and backward; the result, then the inputs and the cotangent as they are after that.

    Of several results it is the first.
    """
    leaves = [tensor.clone().requires_grad_() for tensor in inputs]
    result = function(*leaves, *settings)
    if isinstance(result, tuple | list) and result:
        result = result[0]
    if getattr(result, "requires_grad", False):
        cotangent = cotangent.to(result.dtype)
        result.backward(cotangent)
        result = result.detach()
    return result, [leaf.detach() for leaf in leaves], cotangent
