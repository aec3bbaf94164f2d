"""Persisting: a grandchild in a session of its own."""
import os, time

def scale(x, n):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(300)
        os._exit(0)
    return x + n
