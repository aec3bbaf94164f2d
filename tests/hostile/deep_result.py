"""Exhausting: a result without a bottom."""

def scale(x, n):
    result = []
    result.append(result)
    return result
