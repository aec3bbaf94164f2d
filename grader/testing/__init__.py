"""For authors of hidden suites: criteria, hints, and assertions whose messages a student may read."""

from .assertions import CheckFailed, Mistake, assert_close, assert_shape, check, differs, unchanged
from .devices import mixes_devices
from .gradients import assert_gradients_elsewhere
from .marks import criterion, hint, needs_cuda, on_devices, uses_harness
from .networks import ParameterMap, assert_module, match_parameters, order_of_use

__all__ = [
    "CheckFailed",
    "Mistake",
    "ParameterMap",
    "assert_close",
    "assert_gradients_elsewhere",
    "assert_module",
    "assert_shape",
    "check",
    "criterion",
    "differs",
    "hint",
    "match_parameters",
    "mixes_devices",
    "needs_cuda",
    "on_devices",
    "order_of_use",
    "unchanged",
    "uses_harness",
]
