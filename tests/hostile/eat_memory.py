"""Exhausting: memory."""

def scale(x, n):
    kept = []
    while True:
        kept.append(bytearray(b"x" * (1 << 26)))
