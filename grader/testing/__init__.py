"""For authors of hidden suites: criteria, hints, and assertions whose messages a student may read."""

from .assertions import (
    CheckFailed,
    Mistake,
    assert_close,
    assert_close_elsewhere,
    assert_shape,
    check,
    differs,
    unchanged,
)
from .devices import mixes_devices
from .gradients import (
    COTANGENTS,
    assert_backward_changes_nothing,
    assert_gradients,
    assert_gradients_elsewhere,
    strided_cotangent,
)
from .marks import criterion, hint, needs_cuda, on_devices, uses_harness
from .networks import ParameterMap, assert_module, assert_sees_input, fill_parameters, match_parameters, match_state

__all__ = [
    "COTANGENTS",
    "CheckFailed",
    "Mistake",
    "ParameterMap",
    "assert_backward_changes_nothing",
    "assert_close",
    "assert_close_elsewhere",
    "assert_gradients",
    "assert_gradients_elsewhere",
    "assert_module",
    "assert_sees_input",
    "assert_shape",
    "check",
    "criterion",
    "differs",
    "fill_parameters",
    "hint",
    "match_parameters",
    "match_state",
    "mixes_devices",
    "needs_cuda",
    "on_devices",
    "strided_cotangent",
    "unchanged",
    "uses_harness",
]
