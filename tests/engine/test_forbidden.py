"""Forbidden operations are found by what runs, not by what it is called."""

from __future__ import annotations

import contextlib

import pytest
import torch

from grader.engine.errors import StudentError

SOURCE = """
import torch, numpy
import torch.nn.functional as F
from torch import nn
conv = F.conv2d
x, w = torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2)
def plain(): return F.conv2d(x, w)
def alias(): return conv(x, w)
def module(): return nn.Conv2d(1, 1, 2)(x)
def transposed(): return F.conv_transpose2d(x, w)
def one_dimensional(): return F.conv1d(x[0], w[0])
def lazily(): return nn.LazyConv2d(1, 2)(x)
def operator(): return torch.ops.aten.convolution(x, w, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)
def inner(): return torch.ops.aten._slow_conv2d_forward(x, w, [2, 2], None, [1, 1], [0, 0])
def mkldnn(): return torch.mkldnn_convolution(x, w, None, (0, 0), (1, 1), (1, 1), 1)
def disabled():
    with torch._C._DisableTorchDispatch(): return F.conv2d(x, w)
def functional_mode():
    with torch._C.DisableTorchFunction(): return F.conv2d(x, w)
def inference():
    with torch.inference_mode(): return F.conv2d(x, w)
def nested(): return F.layer_norm(torch.nested.as_nested_tensor([x[0, 0]]), (4,)).to_padded_tensor(0)
def by_gradient():
    a = x.clone().requires_grad_()
    zero, one, y = [0, 0], [1, 1], torch.ones(1, 1, 3, 3)
    return torch.ops.aten.convolution_backward(y, a, w, [0], one, zero, one, False, zero, 1, [True, True, False])
def vectorised(): return torch.vmap(lambda a: F.conv2d(a, w))(x[None])
def thread():
    import threading
    out = []
    t = threading.Thread(target=lambda: out.append(F.conv2d(x, w))); t.start(); t.join()
    return out[0]
def swallowed():
    try: return F.conv2d(x, w)
    except Exception: return torch.zeros(1, 1, 3, 3)
def kernel(): return torch.library.get_kernel("aten::conv2d", "CPU").call_boxed(None, x, w)
def numpy_convolve(): return numpy.convolve([1, 2], [1, 1])
def scripted(): return torch.jit.script(_scripted)(x, w)
def _scripted(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    return torch.conv2d(x, w)

def honest():
    return (x.unfold(2, 2, 1).unfold(3, 2, 1) * w[0, 0]).sum((-1, -2))
def converts():
    return torch.arange(3).float().to(torch.int32), torch.eye(2).to_sparse().to_dense(), F.unfold(x, 2)
"""
CALLS = [
    "plain alias module transposed one_dimensional lazily operator inner mkldnn disabled functional_mode inference",
    "by_gradient vectorised swallowed scripted numpy_convolve thread",
]


@pytest.mark.parametrize("name", " ".join(CALLS).split())
def test_forbidden_operations_are_recorded(start, name):
    started = start(SOURCE, forbidden="conv(?!ert)", python=("numpy.convolve", "scipy.signal"))
    with contextlib.suppress(StudentError, IndexError):
        getattr(started.module, name)()
    assert started.worker.forbidden_calls
    assert "conv" in started.worker.forbidden_calls[0]


def test_operations_on_other_layouts_are_recorded(start):
    started = start(SOURCE, forbidden="layer_norm")
    with contextlib.suppress(StudentError):
        started.module.nested()
    assert any("layer_norm" in call for call in started.worker.forbidden_calls)


@pytest.mark.parametrize("name", ["honest", "converts"])
def test_other_operations_are_not(start, name):
    started = start(SOURCE, forbidden="conv(?!ert)", python=("numpy.convolve", "scipy.signal"))
    getattr(started.module, name)()
    assert started.worker.forbidden_calls == []


def test_an_exercise_that_forbids_nothing_is_unaffected(start):
    assert start(SOURCE).module.plain().shape == (1, 1, 3, 3)


def test_blocked_modules_cannot_be_imported(start):
    started = start("def f():\n    import wave\n", python=("wave",))
    with pytest.raises(StudentError):
        started.module.f()
    assert started.worker.forbidden_calls == ["wave"]


@pytest.mark.parametrize(
    "name", ["plain", "alias", "module", "lazily", "operator", "disabled", "by_gradient", "thread"]
)
def test_watched_operations_work_and_are_noted(start, name):
    honest = getattr(start(SOURCE).module, name)()
    started = start(SOURCE, watched="conv(?!ert)", python=("numpy.convolve",))
    result = getattr(started.module, name)()
    assert type(result) is type(honest)
    assert started.worker.forbidden_calls
    assert all("conv" in call for call in started.worker.forbidden_calls)
    started.module.honest()
    assert started.worker.forbidden_calls == []


def test_watched_operations_take_numbers_as_ever(start):
    source = "import torch\ndef f(x): return [2 * x, x * 2.5, x * x, True * x, x.clone().mul_(3), x * 2j]\n"
    for x in (torch.randn(3), torch.arange(3), torch.randn(3, requires_grad=True)):
        expected = start(source).module.f(x)
        started = start(source, watched="^mul_?$")
        for got, value in zip(started.module.f(x), expected, strict=True):
            assert got.dtype == value.dtype
            assert torch.equal(got, value)
        assert started.worker.forbidden_calls == ["mul"]


def test_watched_functions_of_other_packages(start):
    started = start(SOURCE, watched="conv(?!ert)", python=("numpy.convolve",))
    assert list(started.module.numpy_convolve()) == [1, 3, 2]
    assert started.worker.forbidden_calls == ["numpy.convolve"]


def test_watched_operations_keep_their_gradients(start):
    started = start("import torch\nf = lambda x, w: torch.conv2d(x, w)\n", watched="conv(?!ert)")
    x, w = (torch.randn(1, 1, n, n, dtype=torch.float64, requires_grad=True) for n in (4, 2))
    assert torch.autograd.gradcheck(started.module.f, (x, w))
