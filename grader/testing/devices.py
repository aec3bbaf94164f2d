"""What torch says when tensors of different devices meet."""

from __future__ import annotations

_WORDS = ("same device", "should be the same", "expected device", "but got device", "is on cpu", "on the cpu")


def mixes_devices(error: BaseException) -> bool:
    """Whether an error of the submission's comes from tensors on different devices (CUDA's, meta's words)."""
    text = str(getattr(error, "text", error)).lower()
    return any(words in text for words in _WORDS)
