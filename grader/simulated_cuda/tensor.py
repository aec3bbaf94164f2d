"""Tensors on simulated devices: the values on the CPU, the device by name, every operation checked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.utils import _pytree as pytree

from . import bookkeeping, conjugation, generators
from .devices import Devices, backing, index_of

aten = torch.ops.aten
# Operators that take CPU tensors among simulated ones, beyond CPU scalars: name → positions of these arguments.
_INDICES = {"index", "index_put", "index_put_", "_index_put_impl_", "_unsafe_index", "_unsafe_index_put"}
_SYNCHRONISING = {"_local_scalar_dense", "nonzero", "masked_select", "equal", "is_nonzero", "_unique2", "unique_dim"}
_CONVOLUTIONS = {"convolution", "_convolution", "convolution_overrideable"}


def _is_normal_in_inference(held: torch.Tensor) -> bool:
    return torch.is_inference_mode_enabled() and not held.is_inference()


class SimulatedTensor(torch.Tensor):
    """A tensor on a simulated CUDA device.

    torch's C++ side sees a tensor without data on a PrivateUse1 device; Python sees `cuda:i`. `held` is the CPU tensor
    with the values. Views hold views, so that writing into one writes into its base.
    """

    held: torch.Tensor
    gpu: int

    @staticmethod
    def __new__(cls, held: torch.Tensor, index: int) -> SimulatedTensor:
        # In inference mode a view of a normal tensor is a normal tensor, here as there.
        mode = torch.inference_mode(False) if _is_normal_in_inference(held) else contextlib.nullcontext()
        with mode:
            tensor = torch.Tensor._make_wrapper_subclass(
                cls,
                held.size(),
                strides=held.stride(),
                storage_offset=held.storage_offset(),
                dtype=held.dtype,
                layout=held.layout,
                device=backing(index),
                requires_grad=False,
            )
        conjugation.mark(tensor, held)
        tensor.held = held
        tensor.gpu = index
        return tensor

    def __init__(self, held: torch.Tensor, index: int) -> None:
        super().__init__()

    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:  # type: ignore[override]
        return dispatch(func, args, kwargs or {})

    # What Python sees.

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        return torch.device("cuda", self.gpu)

    @property
    def is_cuda(self) -> bool:  # type: ignore[override]
        return True

    @property
    def is_cpu(self) -> bool:  # type: ignore[override]
        return False

    def get_device(self) -> int:
        return self.gpu

    @property
    def data(self) -> torch.Tensor:
        return self.detach()

    @data.setter
    def data(self, value: torch.Tensor) -> None:
        become(self, value.detach())

    def type(self, dtype: Any = None, non_blocking: bool = False, **kwargs: Any) -> Any:
        if dtype is None:
            return self.held.type().replace("torch.", "torch.cuda.")
        if isinstance(dtype, torch.dtype):
            return self.to(dtype)
        kind = dtype if isinstance(dtype, str) else f"{dtype.__module__}.{dtype.__name__}"
        on_cpu = self.held.type(kind.replace("torch.cuda.", "torch."))
        return self.to(on_cpu.dtype) if "cuda" in kind else self.cpu().to(on_cpu.dtype)

    def numpy(self, *, force: bool = False) -> Any:
        if force:
            return self.detach().cpu().resolve_conj().resolve_neg().numpy()
        raise _not_numpy(self)

    def __array__(self, *_args: Any, **_kwargs: Any) -> Any:
        raise _not_numpy(self)

    def tolist(self) -> Any:
        return self.detach().cpu().tolist()

    def data_ptr(self) -> int:
        return self.held.data_ptr()

    def is_pinned(self, *_args: Any) -> bool:
        return False

    def pin_memory(self, *_args: Any) -> torch.Tensor:
        raise RuntimeError(f"cannot pin '{self.type()}' only dense CPU tensors can be pinned")

    def __format__(self, spec: str) -> str:
        if self.dim() == 0 and not self.is_meta:
            return format(self.item(), spec)
        return object.__format__(self, spec)

    def __repr__(self, *, tensor_contents: Any = None) -> str:  # type: ignore[override]
        text = repr(self.held.detach())
        named = f"{text[:-1]}, device='{self.device}'"
        if self.grad_fn is not None:
            named += f", grad_fn=<{type(self.grad_fn).__name__}>"
        elif self.requires_grad:
            named += ", requires_grad=True"
        return f"Parameter containing:\n{named})" if getattr(self, "_is_param", False) else f"{named})"

    def __deepcopy__(self, memo: dict[int, Any]) -> torch.Tensor:
        if not self.is_leaf:
            raise RuntimeError(
                "Only Tensors created explicitly by the user support the deepcopy protocol at the moment"
            )
        if id(self) in memo:
            return memo[id(self)]  # type: ignore[no-any-return]
        copy = SimulatedTensor(self.held.detach().clone(memory_format=torch.preserve_format), self.gpu)
        _keep_state(self, copy)
        if self.grad is not None:
            copy.grad = self.grad.__deepcopy__(memo)  # type: ignore[no-untyped-call]
        memo[id(self)] = copy
        return copy

    def __reduce_ex__(self, _protocol: Any) -> Any:
        parameter = bool(getattr(self, "_is_param", False))
        return restored, (self.held.detach(), self.gpu, self.requires_grad, parameter)


class _Loading:
    """The `map_location` of the `torch.load` that is going on."""

    map_location: Any = None


def restored(held: torch.Tensor, index: int, requires_grad: bool, parameter: bool) -> torch.Tensor:
    """The tensor that `torch.save` or pickle has written."""
    held = held.held if isinstance(held, SimulatedTensor) else held  # map_location has moved the values, too
    target = _Loading.map_location
    if isinstance(target, dict):
        target = target.get(f"cuda:{index}", f"cuda:{index}")
    if callable(target):
        storage = target(held.untyped_storage(), f"cuda:{index}")
        number = index if storage is None else getattr(storage, "gpu", None)
    else:
        number = index if target is None else index_of(target)
    tensor = held if number is None else SimulatedTensor(held, number)
    if parameter:
        return torch.nn.Parameter(tensor, requires_grad)
    return tensor.requires_grad_(requires_grad)


def _keep_state(source: torch.Tensor, target: torch.Tensor) -> None:
    if source.is_leaf:
        target.requires_grad_(source.requires_grad)
    own = {"held", "gpu"}
    target.__dict__.update({key: value for key, value in source.__dict__.items() if key not in own})


def _not_numpy(tensor: SimulatedTensor) -> TypeError:
    return TypeError(
        f"can't convert {tensor.device} device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host "
        "memory first."
    )


def become(tensor: torch.Tensor, other: torch.Tensor) -> None:
    """Makes `tensor`, the same Python object, what `other` is: its device and values, but not its graph.

    Whoever holds the tensor, an optimizer above all, holds the new one. `requires_grad`, a parameter's being one, and
    `grad` stay.
    """
    requires_grad, grad = tensor.requires_grad, tensor.grad
    kept = {key: value for key, value in tensor.__dict__.items() if key not in ("held", "gpu")}
    was_parameter = isinstance(tensor, torch.nn.Parameter)
    new = SimulatedTensor(other.held, other.gpu) if isinstance(other, SimulatedTensor) else other.detach()
    target_class: type = type(new)
    if target_class is torch.Tensor and was_parameter:
        target_class = kept.pop("_class", torch.nn.Parameter)
    elif target_class is SimulatedTensor and was_parameter:
        if type(tensor) is not SimulatedTensor:
            kept["_class"] = type(tensor)
        kept["_is_param"] = True
    state = new.__dict__.copy()
    torch._C._swap_tensor_impl(tensor, new)
    if target_class is torch.nn.Parameter:
        kept.pop("_is_param", None)
    tensor.__class__ = target_class
    tensor.__dict__.clear()
    tensor.__dict__.update({**kept, **state})
    tensor.requires_grad_(requires_grad)
    if grad is not None and isinstance(grad, SimulatedTensor) == isinstance(tensor, SimulatedTensor):
        tensor.grad = grad


# ---- carrying out an operation


def dispatch(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Checks the devices of an operation, runs it on the CPU, and puts its results on the device."""
    name = func.overloadpacket.__name__
    if name in ("copy_", "_to_copy", "_copy_from", "_copy_from_and_resize"):
        return _copy_into(args) if name == "copy_" else _transfer(func, args, kwargs)
    flat, spec = pytree.tree_flatten((args, kwargs))
    index = _common_device(func, name, args, kwargs, flat)
    generators.check(kwargs.get("generator"))
    if "device" in kwargs and kwargs["device"] is not None:
        return _make_elsewhere(func, args, kwargs)
    held = [value.held if isinstance(value, SimulatedTensor) else value for value in flat]
    held_args, held_kwargs = pytree.tree_unflatten(held, spec)
    with conjugation.resolved(held):
        result = func(*held_args, **held_kwargs)
    bookkeeping.note_operation(index, name)
    if name in _SYNCHRONISING:
        bookkeeping.note_synchronisation()
    return _placed(func, args, kwargs, result, index)


def _placed(func: Any, args: Any, kwargs: dict[str, Any], result: Any, index: int) -> Any:
    """The results on the device; a result that is an argument, written in place, is that argument's own object."""
    written = _written(func, args, kwargs)
    originals = {}
    for tensor in written:
        if isinstance(tensor, SimulatedTensor):
            originals[id(tensor.held)] = tensor
            _refresh(tensor)

    def place(value: Any) -> Any:
        if not isinstance(value, torch.Tensor) or isinstance(value, SimulatedTensor):
            return value
        return originals.get(id(value)) if id(value) in originals else SimulatedTensor(value, index)

    return pytree.tree_map(place, result)


def _written(func: Any, args: Any, kwargs: dict[str, Any]) -> list[torch.Tensor]:
    positions, names = _write_plan(func)
    values = [args[i] for i in positions if i < len(args)] + [kwargs[name] for name in names if name in kwargs]
    return [value for value in pytree.tree_leaves(values) if isinstance(value, torch.Tensor)]


_write_plans: dict[Any, tuple[list[int], list[str]]] = {}


def _write_plan(func: Any) -> tuple[list[int], list[str]]:
    plan = _write_plans.get(func)
    if plan is None:
        positions, names = [], []
        for i, argument in enumerate(func._schema.arguments):
            if argument.alias_info is not None and argument.alias_info.is_write:
                positions.append(i)
                names.append(argument.name)
        plan = _write_plans[func] = (positions, names)
    return plan


def _refresh(tensor: SimulatedTensor) -> None:
    """Brings the C++ side's sizes up to date after an operation such as `resize_` or `unsqueeze_`."""
    held = tensor.held
    with torch._C.DisableTorchFunctionSubclass():
        if tensor.size() == held.size() and tensor.stride() == held.stride():
            return
    torch._C.TensorBase.data.__set__(tensor, SimulatedTensor(held, tensor.gpu))  # type: ignore[attr-defined]


def _common_device(func: Any, name: str, args: Any, kwargs: dict[str, Any], flat: Iterable[Any]) -> int:
    """The device that all tensors of the operation lie on; raises RuntimeError, as CUDA does, if there are two."""
    simulated: list[int] = []
    plain: list[torch.Tensor] = []
    for value in flat:
        if isinstance(value, SimulatedTensor):
            simulated.append(value.gpu)
        elif isinstance(value, torch.Tensor):
            plain.append(value)
    index = simulated[0]
    for other in simulated:
        if other != index:
            raise _mixed(f"cuda:{index}", f"cuda:{other}")
    if plain:
        _check_plain(func, name, args, kwargs, plain, index)
    return index


def _check_plain(
    func: Any, name: str, args: Any, kwargs: dict[str, Any], plain: list[torch.Tensor], index: int
) -> None:
    allowed: set[int] = set()
    if name in _INDICES:
        if not isinstance(args[0], SimulatedTensor):
            raise RuntimeError("indices should be either on cpu or on the same device as the indexed tensor (cpu)")
        allowed = {id(value) for value in pytree.tree_leaves(args[1])}
    elif not name.startswith("_foreach") and not name.startswith("_fused"):
        listed = {id(v) for a in args if isinstance(a, (list, tuple)) for v in a if isinstance(v, torch.Tensor)}
        allowed = {id(value) for value in plain if value.dim() == 0 and id(value) not in listed}
        allowed -= {id(value) for value in _written(func, args, kwargs)}
        if name in _STRICT:
            allowed = set()
    elif name.startswith("_foreach"):
        # `Tensor` overloads take one CPU scalar for all.
        allowed = {id(value) for value in args[1:] if isinstance(value, torch.Tensor) and value.dim() == 0}
    else:
        allowed = {id(value) for value in plain if value.dim() == 0}
    if all(id(value) in allowed for value in plain):
        return
    if name in _CONVOLUTIONS:
        raise RuntimeError(
            f"Input type ({args[0].type()}) and weight type ({args[1].type()}) should be the same"
            if isinstance(args[0], SimulatedTensor) != isinstance(args[1], SimulatedTensor)
            else f"Input type ({args[0].type()}) and bias type ({args[2].type()}) should be the same"
        )
    raise _mixed(f"cuda:{index}", "cpu")


# No CPU scalar is a good argument of these: they are no element-wise operations.
_STRICT = {"mm", "addmm", "bmm", "baddbmm", "dot", "mv", "addmv", "embedding", "native_batch_norm", "nll_loss_forward"}


def _mixed(first: str, second: str) -> RuntimeError:
    return RuntimeError(
        f"Expected all tensors to be on the same device, but found at least two devices, {first} and {second}!"
    )


def _copy_into(args: Any) -> torch.Tensor:
    """`target.copy_(source)`: the one operation that may cross devices."""
    target, source, *rest = args
    here, there = (value.gpu if isinstance(value, SimulatedTensor) else None for value in (source, target))
    plain = [value.held if isinstance(value, SimulatedTensor) else value for value in (target, source)]
    aten.copy_.default(*plain, *rest)
    bookkeeping.note_copy(here, there, plain[1])
    if here == there:
        bookkeeping.note_operation(target.gpu, "copy_")
    return target  # type: ignore[no-any-return]


def copy_from(source: torch.Tensor, target: torch.Tensor, non_blocking: bool = False) -> torch.Tensor:
    """The kernel of `_copy_from`, which copies between a simulated device and any other."""
    return _copy_into((target, source, non_blocking))


def read_scalar(tensor: SimulatedTensor) -> Any:
    """The kernel of `_local_scalar_dense`, for a tensor among Python numbers."""
    bookkeeping.note_operation(tensor.gpu, "_local_scalar_dense")
    bookkeeping.note_synchronisation()
    return tensor.held.item()


def _transfer(func: Any, args: Any, kwargs: dict[str, Any]) -> torch.Tensor:
    """`_to_copy`: a copy in another type, layout or place."""
    source = args[0]
    own = source.gpu if isinstance(source, SimulatedTensor) else None
    asked = kwargs.get("device")
    target = own if asked is None else index_of(asked)
    held = source.held if own is not None else source
    options = {key: value for key, value in kwargs.items() if key not in ("device", "pin_memory")}
    result = func(held, *args[1:], **options)
    bookkeeping.note_copy(own, target, result)
    if target is None:
        return result  # type: ignore[no-any-return]
    if own == target:
        bookkeeping.note_operation(target, func.overloadpacket.__name__)
    return SimulatedTensor(result, target)


def _make_elsewhere(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """`new_zeros`, `ones_like` and the like: the device argument says where."""
    target = index_of(kwargs["device"])
    if target is not None:
        generators.check(kwargs.get("generator"))
    plain = pytree.tree_map_only(SimulatedTensor, lambda value: value.held, (args, kwargs))
    options = {key: value for key, value in plain[1].items() if key != "pin_memory"}
    result = func(*plain[0], **{**options, "device": torch.device("cpu")})
    if target is None:
        return result
    bookkeeping.note_operation(target, func.overloadpacket.__name__)
    return SimulatedTensor(result, target)


def factory(func: Any) -> Callable[..., torch.Tensor]:
    """The kernel of an operator that makes a tensor from numbers, at the keys of simulated devices."""
    name = func.overloadpacket.__name__

    def kernel(*args: Any, **kwargs: Any) -> torch.Tensor:
        index = index_of(kwargs.get("device") or torch.device("cuda", Devices.current))
        if index is not None:
            generators.check(kwargs.get("generator"))
        kwargs = {key: value for key, value in kwargs.items() if key not in ("device", "pin_memory")}
        result = func(*args, device=torch.device("cpu"), **kwargs)
        if index is None:
            return result  # type: ignore[no-any-return]
        bookkeeping.note_operation(index, name)
        return SimulatedTensor(result, index)

    return kernel
