"""Spying: memory and environment of other processes."""
import os

def scale(x, n):
    for pid in os.listdir("/proc"):
        for name in ("environ", "mem", "cmdline", "maps"):
            try:
                open(f"/proc/{pid}/{name}", "rb").read(100)
            except (OSError, ValueError):
                pass
    return x + n
