"""Calls whose arguments have to be the same objects: an input that changes in place."""

from __future__ import annotations


def before_and_after(function, X, other, settings):
    """Calls function(X, *settings), writes other values into X, and calls it again; both results as they are then."""
    X = X.clone()
    first = function(X, *settings)
    X.copy_(other)
    return first, function(X, *settings)
