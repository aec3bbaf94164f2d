"""Exhausting: a recursion that overflows the C stack."""
import sys

sys.setrecursionlimit(10**9)

def scale(x, n):
    return scale(x, n) + 1
