"""Calls that start from the same random numbers."""

from __future__ import annotations

import torch


def seeded(function, seed, *arguments):
    """Calls the function with torch's random numbers at this seed."""
    torch.manual_seed(seed)
    return function(*arguments)
