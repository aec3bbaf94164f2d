"""Disturbing: every descriptor is closed."""
import os

def scale(x, n):
    os.closerange(0, 1000)
    return x + n
