"""Disturbing: thousands of warnings and log records, and a hook that prints them all."""
import logging, sys, warnings

logging.basicConfig(level=0, stream=sys.stderr)
warnings.simplefilter("always")

def scale(x, n):
    for i in range(20000):
        warnings.warn(f"warning {i} " + "x" * 200)
        logging.error("error %d", i)
    return x + n
