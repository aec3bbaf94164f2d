"""`torch.cuda` and `torch.accelerator` as they are on a machine with the simulated GPUs."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import Any

import torch

from .devices import Devices, check, index_of

NAME = "Simulated GPU"
CAPABILITY = (8, 0)
MEMORY = 16 << 30


def guard() -> Any:
    """What torch's C++ side asks about PrivateUse1 devices."""
    from torch._C._acc import DeviceGuard

    class Guard(DeviceGuard):
        def type_(self) -> Any:
            return torch._C._autograd.DeviceType.PrivateUse1

    return Guard()


class Backend:
    """What torch's Python side asks about PrivateUse1 devices."""

    def is_initialized(self) -> bool:
        return True

    def is_available(self) -> bool:
        return Devices.count > 0

    def current_device(self) -> int:
        return Devices.current

    def device_count(self) -> int:
        return Devices.count

    def _is_in_bad_fork(self) -> bool:
        return False

    def manual_seed_all(self, _seed: int) -> None:
        pass


class _Stream:
    """A stream: everything on it has been done as soon as it was asked for."""

    def __init__(self, device: Any = None, *_args: Any, **_kwargs: Any) -> None:
        self.device = torch.device("cuda", _which(device))
        self.device_index = self.device.index
        self.cuda_stream = self.stream_id = 0
        self._before: list[int] = []

    def synchronize(self) -> None:
        pass

    def query(self) -> bool:
        return True

    def is_capturing(self) -> bool:
        return False

    def wait_stream(self, _stream: Any) -> None:
        pass

    def wait_event(self, _event: Any) -> None:
        pass

    def record_event(self, event: Any = None) -> Any:
        return event or _Event()

    def __enter__(self) -> _Stream:
        self._before.append(Devices.current)
        Devices.current = self.device_index
        return self

    def __exit__(self, *_error: object) -> None:
        Devices.current = self._before.pop()


class _Event:
    """An event; times are those of this machine's clock."""

    def __init__(self, device: Any = None, **_kwargs: Any) -> None:
        self.device = torch.device("cuda", Devices.current if device is None else _which(device))
        self._time = 0.0

    def record(self, _stream: Any = None) -> None:
        import time

        self._time = time.perf_counter()

    def elapsed_time(self, end: _Event) -> float:
        return (end._time - self._time) * 1000

    def synchronize(self) -> None:
        pass

    def wait(self, _stream: Any = None) -> None:
        pass

    def query(self) -> bool:
        return True


class _CudaEvent(_Event):
    """`torch.cuda.Event()`, whose arguments are others."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        super().__init__()


class _CurrentDevice:
    """`with torch.cuda.device(i):`"""

    def __init__(self, device: Any) -> None:
        index = None if _is_negative(device) else _named(device)
        self.idx = -1 if index is None else index
        self.prev_idx = -1

    def __enter__(self) -> _CurrentDevice:
        self.prev_idx = Devices.current
        if self.idx >= 0:
            Devices.current = self.idx
        return self

    def __exit__(self, *_error: object) -> None:
        Devices.current = self.prev_idx


class _DeviceIndex(_CurrentDevice):
    """`with torch.accelerator.device_index(i):`"""

    def __init__(self, device: Any = None, /) -> None:
        super().__init__(device)


class _DeviceOf(_CurrentDevice):
    """`with torch.cuda.device_of(tensor):`"""

    def __init__(self, obj: Any) -> None:
        super().__init__(obj.get_device() if obj.is_cuda else None)


def _is_negative(device: Any) -> bool:
    """A negative number stands for no device where the current one is set."""
    return isinstance(device, int) and device < 0


def _set_device(device: Any) -> None:
    if _is_negative(device):
        return
    if device is None or (not isinstance(device, int) and torch.device(device).index is None):
        _named(device)
        raise ValueError(f"Expected a torch.device with a specified index or an integer, but got:{device}")
    Devices.current = _which(device)


def _properties(device: Any = None) -> SimpleNamespace:
    _which(device)
    return SimpleNamespace(
        name=NAME,
        major=CAPABILITY[0],
        minor=CAPABILITY[1],
        total_memory=MEMORY,
        multi_processor_count=1,
        is_integrated=0,
        is_multi_gpu_board=0,
        warp_size=32,
    )


def _named(device: Any) -> int | None:
    """The number of the device; raises ValueError, as `torch.cuda` does, for one that is no GPU."""
    if isinstance(device, _CurrentDevice):
        return device.idx
    if isinstance(device, (str, torch.device)) and torch.device(device).type != "cuda":
        raise ValueError(f"Expected a cuda device, but got: {device}")
    return index_of(device)


def _which(device: Any) -> int:
    index = _named(device)
    if index is None:
        check(Devices.current)
        return Devices.current
    return index


def _nothing(*_args: Any, **_kwargs: Any) -> None:
    return None


def _zero(*_args: Any, **_kwargs: Any) -> int:
    return 0


def _synchronize(device: Any = None) -> None:
    from .bookkeeping import note_synchronisation

    if not _is_negative(device):
        _which(device)
    note_synchronisation()


def _reset(device: Any = None) -> None:
    _which(device)


_RESETS = (
    "reset_peak_memory_stats",
    "reset_max_memory_allocated",
    "reset_max_memory_cached",
    "reset_accumulated_memory_stats",
)


def patch() -> None:
    """Replaces the queries of `torch.cuda` and `torch.accelerator`."""
    replacements: dict[str, Any] = {
        "is_available": lambda: Devices.count > 0,
        "is_initialized": lambda: Devices.count > 0,
        "is_current_stream_capturing": lambda: False,
        "device_count": lambda: Devices.count,
        "current_device": lambda: _which(None),
        "set_device": _set_device,
        "get_device_name": lambda device=None: (_which(device), NAME)[1],
        "get_device_capability": lambda device=None: (_which(device), CAPABILITY)[1],
        "get_device_properties": _properties,
        "is_bf16_supported": lambda including_emulation=True: True,
        "can_device_access_peer": lambda device, peer: True,
        "mem_get_info": lambda device=None: (_which(device), (MEMORY, MEMORY))[1],
        "memory_stats": lambda device=None: {},
        "memory_summary": lambda device=None, abbreviated=False: "simulated GPU",
        "synchronize": _synchronize,
        "device": _CurrentDevice,
        "device_of": _DeviceOf,
        "Stream": _Stream,
        "Event": _CudaEvent,
        "stream": lambda stream: stream if stream is not None else contextlib.nullcontext(),
        "current_stream": lambda device=None: _Stream(device),
        "default_stream": lambda device=None: _Stream(device),
        "set_stream": lambda stream: None,
        "manual_seed": lambda seed: None,
        "manual_seed_all": lambda seed: None,
        "seed": lambda: None,
        "seed_all": lambda: None,
        "initial_seed": lambda: torch.initial_seed(),
        "get_rng_state": lambda device="cuda": torch.get_rng_state(),
        "get_rng_state_all": lambda: [torch.get_rng_state() for _ in range(Devices.count)],
        "set_rng_state": lambda state, device="cuda": None,
        "set_rng_state_all": lambda states: None,
        "get_arch_list": lambda: [],
    }
    for name in ("_lazy_init", "init", "empty_cache", "ipc_collect", "_lazy_call"):
        replacements[name] = _own(_nothing)
    for name in _RESETS:
        replacements[name] = _own(_reset)
    for name in ("memory_allocated", "max_memory_allocated", "memory_reserved", "max_memory_reserved", "utilization"):
        replacements[name] = _own(_zero)
    for name, value in replacements.items():
        setattr(torch.cuda, name, value)
    memory = torch.cuda.memory
    for name in ("empty_cache", "memory_allocated", "max_memory_allocated", "memory_reserved", "max_memory_reserved"):
        setattr(memory, name, replacements[name])
    for name in ("mem_get_info", *_RESETS):
        setattr(memory, name, replacements[name])
    _patch_accelerator()


def _own(function: Any) -> Any:
    """A function object of its own: `torch._dynamo` refuses the same one under two names."""
    return lambda *args, **kwargs: function(*args, **kwargs)


def _patch_accelerator() -> None:
    accelerator = torch.accelerator
    replacements: dict[str, Any] = {
        "is_available": lambda: Devices.count > 0,
        "device_count": lambda: Devices.count,
        "current_accelerator": lambda check_available=False: torch.device("cuda") if Devices.count else None,
        "current_device_index": lambda: _which(None),
        "current_device_idx": lambda: _which(None),
        "set_device_index": lambda device: _set_device(device),
        "set_device_idx": lambda device: _set_device(device),
        "synchronize": lambda device=None: _synchronize(),
        "device_index": _DeviceIndex,
        "current_stream": lambda device=None: _Stream(device),
        "set_stream": lambda stream: _set_device(stream.device_index),
        "get_memory_info": lambda device=None: (_which(device), (MEMORY, MEMORY))[1],
        "memory_stats": lambda device=None: {},
    }
    for name in ("memory_allocated", "max_memory_allocated", "memory_reserved", "max_memory_reserved"):
        replacements[name] = _own(_zero)
    for name in ("empty_cache", "empty_host_cache", "reset_peak_memory_stats", "reset_accumulated_memory_stats"):
        replacements[name] = _own(_nothing)
    for name, value in replacements.items():
        if hasattr(accelerator, name):  # some are newer than others
            setattr(accelerator, name, value)
    torch.Event, torch.Stream = _Event, _Stream  # type: ignore[assignment,misc]
