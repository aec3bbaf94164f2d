"""Exhausting: signals blocked, then a loop."""
import signal

def scale(x, n):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        pass
