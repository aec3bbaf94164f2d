"""Calls whose arguments have to be the same objects, and calls that start from the same random numbers."""

from __future__ import annotations

import torch


def before_and_after(function, X, K, other, changed):
    """Calls function(X, K), writes other values into the one that is to change, and calls it again; both results."""
    X, K = X.clone(), K.clone()
    first = function(X, K)
    (K if changed == "kernel" else X).copy_(other)
    return first, function(X, K)


def seeded(function, seed, *arguments):
    """Calls the function with torch's random numbers at this seed."""
    torch.manual_seed(seed)
    return function(*arguments)
