"""Network: TCP, UDP, unix and abstract sockets."""
import socket

def scale(x, n):
    for family, kind, address in (
        (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 22)),
        (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 53)),
        (socket.AF_UNIX, socket.SOCK_STREAM, "/run/docker.sock"),
        (socket.AF_UNIX, socket.SOCK_STREAM, "\0abstract"),
    ):
        try:
            socket.socket(family, kind).connect(address)
            return x * n
        except OSError:
            pass
    return x + n
