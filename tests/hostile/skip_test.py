"""Forging: pytest's own outcome exceptions."""

class Skipped(Exception):
    pass
Skipped.__module__ = "builtins"
Skipped.__qualname__ = Skipped.__name__ = "Skipped"
def scale(x, n):
    raise Skipped("skip is not pass")
