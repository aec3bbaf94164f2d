"""Exhausting: millions of objects by reference."""

def scale(x, n):
    return [object() for _ in range(90000)]
