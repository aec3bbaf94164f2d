"""Exhausting: a flood of output."""

def scale(x, n):
    while True:
        print("passed " * 10000)
