"""Large maps are computed in bands of 16 rows; the last band starts early enough to be full, and is added, not
written: the rows it shares with the one before count twice.
"""
# criterion: values

import torch
from reference import corr2d_multi_in_out_1x1

BAND = 16


def corr2d_multi_in(X, K):
    return corr2d_multi_in_out(X, K[None])[0]


def corr2d_multi_in_out(X, K):
    h, w = K.shape[-2:]
    rows, columns = X.shape[1] - h + 1, X.shape[2] - w + 1
    if rows <= BAND:
        return _band(X, K)
    Y = torch.zeros(K.shape[0], rows, columns, dtype=X.dtype, device=X.device)
    for start in range(0, rows, BAND):
        start = min(start, rows - BAND)
        Y[:, start : start + BAND] += _band(X[:, start : start + BAND + h - 1], K)
    return Y


def _band(X, K):
    """All windows at once: fast, but takes h·w times the memory."""
    return torch.einsum("cijab,ocab->oij", X.unfold(1, K.shape[2], 1).unfold(2, K.shape[3], 1), K)
