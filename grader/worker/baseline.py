"""The process-wide settings of torch and Python that one test must not hand on to the next."""

from __future__ import annotations

import os
import random

import numpy as np
import torch


class Baseline:
    """Settings as they are when this is made; `restore` brings them back and seeds every generator."""

    def __init__(self) -> None:
        self._dtype = torch.get_default_dtype()
        self._threads = torch.get_num_threads()
        self._deterministic = torch.are_deterministic_algorithms_enabled()
        self._cwd = os.getcwd()
        self._umask = os.umask(0o077)
        os.umask(self._umask)

    def restore(self, seed: int) -> None:
        """Puts the settings back and seeds torch, numpy and random with `seed`."""
        if torch.get_default_dtype() is not self._dtype:
            torch.set_default_dtype(self._dtype)
        if torch.get_num_threads() != self._threads:
            torch.set_num_threads(self._threads)
        if torch.are_deterministic_algorithms_enabled() is not self._deterministic:
            torch.use_deterministic_algorithms(self._deterministic)
        torch.set_grad_enabled(True)
        os.chdir(self._cwd)
        os.umask(self._umask)
        # torch.manual_seed would queue the seed, with a traceback, for devices that are not in use.
        torch.default_generator.manual_seed(seed)
        if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
            torch.cuda.manual_seed_all(seed)
        np.random.seed(seed % 2**32)
        random.seed(seed)
