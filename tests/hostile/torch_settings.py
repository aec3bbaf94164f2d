"""Disturbing: torch's and Python's settings, at import and in every call."""
import gc, os, random, sys, threading
import torch

def spoil():
    torch.set_default_dtype(torch.float16)
    torch.set_grad_enabled(False)
    torch.set_num_threads(64)
    torch.manual_seed(0)
    torch.use_deterministic_algorithms(True)
    torch.set_default_device("meta")
    sys.setswitchinterval(1000)
    gc.disable()
    os.umask(0o777)
    try:
        os.chdir("/")
    except OSError:
        pass

spoil()

def scale(x, n):
    spoil()
    return x + n
