"""Exhausting: one operation that takes for ever and holds the interpreter."""

def scale(x, n):
    return 9 ** 9 ** 9 ** 9
