"""Evading: another program computes."""
import os, subprocess, sys

def scale(x, n):
    try:
        subprocess.run([sys.executable, "-c", "print(1)"], check=True)
        os.system("true")
        return x * n
    except BaseException:
        return x + n
