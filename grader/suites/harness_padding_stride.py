"""Calls whose arguments have to be the same objects: a list that is handed over."""

from __future__ import annotations


def twice_with(receptive_field, layers):
    """Calls receptive_field twice with the same list; both results, and the list as it is after each."""
    layers = [tuple(layer) for layer in layers]
    first, between = receptive_field(layers), list(layers)
    second = receptive_field(layers)
    return first, second, between, layers
