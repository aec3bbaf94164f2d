"""Exhausting: descriptors, pipes, sockets."""
import os, socket

def scale(x, n):
    kept = []
    try:
        while True:
            kept.extend(os.pipe())
            kept.append(socket.socketpair())
    except OSError:
        pass
    return x + n
