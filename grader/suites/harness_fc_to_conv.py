"""Calls whose arguments have to be the same objects: a kernel that changes in place."""

from __future__ import annotations


def before_and_after(conv_matrix, K, other, input_shape):
    """Calls conv_matrix, writes other values into K, and calls it again; both results as they are then."""
    K = K.clone()
    first = conv_matrix(K, input_shape)
    K.copy_(other)
    return first, conv_matrix(K, input_shape)
