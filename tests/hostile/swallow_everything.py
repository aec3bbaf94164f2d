"""Exhausting: a loop that no exception ends."""

def scale(x, n):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
