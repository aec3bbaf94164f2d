"""Calls whose arguments have to be the same objects: tensors that change in place."""

from __future__ import annotations


def before_and_after(function, X, K, other_X, other_K):
    """Calls function(X, K), writes other values into X and K, and calls it again; both results as they are then."""
    X, K = X.clone(), K.clone()
    first = function(X, K)
    X.copy_(other_X)
    K.copy_(other_K)
    return first, function(X, K)
