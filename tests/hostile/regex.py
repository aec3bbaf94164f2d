"""Exhausting: a regular expression that never ends and cannot be interrupted."""
import re

def scale(x, n):
    re.match(r"(a+)+$", "a" * 64 + "b")
    return x + n
