"""Calls whose arguments have to be the same objects: a list that is handed over, tensors that change in place."""

from __future__ import annotations


def before_and_after(corr2d_padded, X, K, other_X, other_K, settings):
    """Calls corr2d_padded, writes other values into X and K, and calls it again; both results as they are then."""
    X, K = X.clone(), K.clone()
    first = corr2d_padded(X, K, *settings)
    X.copy_(other_X)
    K.copy_(other_K)
    return first, corr2d_padded(X, K, *settings)


def twice_with(receptive_field, layers):
    """Calls receptive_field twice with the same list; both results, then the list as it is now."""
    layers = [tuple(layer) for layer in layers]
    first = receptive_field(layers)
    second = receptive_field(layers)
    return first, second, layers
