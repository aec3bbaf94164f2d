"""Disturbing: threads that go on computing after the answer."""
import threading

def burn():
    while True:
        sum(range(10**6))

def scale(x, n):
    for _ in range(8):
        threading.Thread(target=burn, daemon=True).start()
    return x + n
