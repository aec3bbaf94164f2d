"""Exhausting: no CPU time at all, for ever, with signals ignored."""
import signal, time

for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass

def scale(x, n):
    while True:
        time.sleep(1000)
