"""Disturbing: threads go on computing after the call."""
import threading

def scale(x, n):
    def spin():
        while True:
            pass
    for _ in range(4):
        threading.Thread(target=spin, daemon=True).start()
    return x + n
