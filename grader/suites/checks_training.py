"""What the parts of the training suite check alike."""

from __future__ import annotations

import itertools
import math
import re

import torch

from grader.testing import CheckFailed, check, differs


def number(value, what):
    """A plain finite number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise CheckFailed(f"{what} should be a float, not a {type(value).__name__}")
    check(math.isfinite(value), f"{what} is not a finite number")
    return float(value)


STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def same_state(got, expected, message, atol=1e-5, again=None):
    """Checks the net's state. What finds the message by running the submission once more may stand for it.

    `again(change)` is the expected state when training begins with `change(weights)`: a normalisation over few samples
    can enlarge rounding, which is no mistake, a hundred times, and so can a softmax of large scores.
    """
    check(isinstance(got, dict) and got.keys() == expected.keys(), "the net lost parameters in training")
    for name, value in expected.items():
        check(type(got[name]) is torch.Tensor, "the net's parameters cannot be read")
        of_type(got[name], value.dtype)

    def wrong(atol):
        return any(differs(got[name], value, rtol=0, atol=atol) for name, value in expected.items())

    if wrong(atol) and (again is None or wrong(atol + min(rounding(again, expected), 1000 * atol))):
        off = [name for name, value in expected.items() if differs(got[name], value, rtol=0, atol=atol)]
        trained = [name for name in expected if name.rpartition(".")[2] not in STATISTICS]
        right = not any(differs(got[name], expected[name], rtol=0, atol=5e-7) for name in trained)
        check(
            again is None or not right or any(name in trained for name in off),
            "the net's parameters are right, the moving statistics of its normalisation are not: "
            "does every training batch go through the net just once, and in training mode nothing else?",
        )
        raise CheckFailed(message() if callable(message) else message)


def rounding(again, expected):
    """Ten times what becomes of the parameters when the weights are off by as little as float32 tells apart."""
    off = 0.0
    for _ in range(4):
        state = again(lambda weights: {k: v * (1 + 1.2e-7 * torch.randn(v.shape)) for k, v in weights.items()})
        off = max(off, *(float((state[k] - value).abs().max()) for k, value in expected.items()))
    return 10 * off


def of_type(tensor, dtype):
    check(tensor.dtype == dtype, f"the net's parameters have become {tensor.dtype}; they came as {dtype}")


def from_list(call):
    """What the call returns; when it asks a list of batches for what only a data loader has, that is the message."""
    try:
        return call()
    except AttributeError as error:
        asked = re.search(r"'list' object has no attribute '(\w+)'", getattr(error, "text", str(error)))
        check(asked is None, f"the batches may come in any iterable: a list of them has no `{asked and asked[1]}`")
        raise


def different(one, other):
    return any(abs(a - b) > 1e-3 for a, b in itertools.zip_longest(one, other, fillvalue=math.inf))


MOST_NUMBERS = 10_000
"""More than any of the harness's nets has."""


def epoch_result(result):
    """An epoch's loss and accuracy, then all the net's parameters, as numbers."""
    (returned,), state, *_ = result
    pair = isinstance(returned, tuple | list) and len(returned) == 2
    check(pair, "train_epoch_gpu should return a pair")
    check(isinstance(state, dict), "the net's parameters cannot be read")
    values = [value for value in state.values() if type(value) is torch.Tensor and value.is_floating_point()]
    check(0 < sum(value.numel() for value in values) < MOST_NUMBERS, "the net has other parameters than before")
    for value in values:
        of_type(value, torch.float32)
    flat = torch.cat([value.flatten() for value in values]).tolist()
    return [*(number(value, "what train_epoch_gpu returns") for value in returned), *flat]
