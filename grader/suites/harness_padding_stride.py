"""Calls whose arguments have to be the same objects: a list that is handed over."""

from __future__ import annotations


def twice_with(receptive_field, layers):
    """Calls receptive_field twice with the same list; both results, then the list as it is now."""
    layers = [tuple(layer) for layer in layers]
    first = receptive_field(layers)
    second = receptive_field(layers)
    return first, second, layers
