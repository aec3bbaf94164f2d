"""Calls whose arguments have to be the same objects: a kernel that changes in place."""

from __future__ import annotations


def before_and_after(function, X, K, other):
    """Calls function(X, K), writes other values into K, and calls it again; both results."""
    K = K.clone()
    first = function(X, K)
    K.copy_(other)
    return first, function(X, K)
