"""Exhausting: containers that are larger than they look, or that contain themselves."""

def scale(x, n):
    nested = []
    nested.append(nested)
    line = [0] * 1000
    for _ in range(6):
        line = [line] * 1000
    return [nested, line]
