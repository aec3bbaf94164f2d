"""Forbidden operations are found by what runs, not by what it is called."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from grader.course import load_course
from grader.engine.errors import StudentError
from grader.engine.limits import Limits

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


EVERY_KEY = """
import re, sys
import torch, torch._dynamo, torchvision
from grader.worker.forbidden import CallLog, ForbiddenOperation, ForbiddenOperations, HARMLESS

log, regex = CallLog(), re.compile(sys.argv[1])
ForbiddenOperations(log).forbid_operators(sys.argv[1])
operators = [q for q in torch._C._dispatch_get_all_op_names() if regex.search(q.partition("::")[2].partition(".")[0])]
print(len(operators), "operators")

# What the dispatcher would run, for every operator under every key.
for qualified in operators:
    for line in torch._C._dispatch_dump_table(qualified).splitlines():
        key, _, kernel = line.partition(": ")
        ours = "forbidden.py" in kernel or "fallthrough" in kernel or "[backend fallback]" in kernel
        if not ours and not HARMLESS.match(key):
            print("left:", qualified, line)

# What comes out.
x, w, ones = torch.rand(1, 1, 6, 6), torch.rand(1, 1, 2, 2), torch.ones(1)
calls = {
    "convolution": (x, w, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1),
    "mkldnn_convolution": (x, w, None, [0, 0], [1, 1], [1, 1], 1),
    "conv2d": (x, w, None, [1, 1], [0, 0], [1, 1], 1),
    "_slow_conv2d_forward": (x, w, [2, 2], None, [1, 1], [0, 0]),
    "conv_transpose2d.input": (x, w),
    "max_pool1d": (x[0], [2], [1], [0], [1], False),
    "max_pool2d": (x, [2, 2]),
    "max_pool2d_with_indices": (x, [2, 2]),
    "avg_pool1d": (x[0], [2]),
    "avg_pool2d": (x, [2, 2]),
    "adaptive_avg_pool2d": (x, [2, 2]),
    "_adaptive_avg_pool2d": (x, [2, 2]),
    "batch_norm": (x, None, None, None, None, True, 0.1, 1e-5, False),
    "native_batch_norm": (x, None, None, None, None, True, 0.1, 1e-5),
    "_native_batch_norm_legit.no_stats": (x, None, None, True, 0.1, 1e-5),
    "layer_norm": (x, [6]),
    "native_layer_norm": (x, [6], None, None, 1e-5),
    "group_norm": (x, 1),
    "rms_norm": (x, [6]),
    "instance_norm": (x, None, None, None, None, True, 0.1, 1e-5, False),
}
tried = 0
for operator, arguments in calls.items():
    packet, _, overload = operator.partition(".")
    if not regex.search(packet):
        continue
    function = getattr(getattr(torch.ops.aten, packet), overload or "default")
    table = torch._C._dispatch_dump_table("aten::" + operator)
    for name, key in torch._C.DispatchKey.__members__.items():
        keys = torch._C.DispatchKeySet(key)

        def by_kernel():
            return torch.library.get_kernel("aten::" + operator, name).call_boxed(keys, *arguments)

        # Those for the dispatcher's own use would end the process; the kernels there are looked through above.
        if not re.search(f"^{name}: .*forbidden.py", table, re.MULTILINE):
            continue
        for attempt in (lambda: function.redispatch(keys, *arguments)), by_kernel:
            tried += 1
            try:
                attempt()
            except ForbiddenOperation:
                continue
            print("computed:", operator, name)
print(tried, "tried")
"""
OPERATIONS = load_course(Path(__file__).parents[2] / "course.yaml").forbidden_operations


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(OPERATIONS))
def test_no_dispatch_key_computes(kind):
    command = [sys.executable, "-W", "ignore", "-c", EVERY_KEY, OPERATIONS[kind].operators]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    first, *left, last = done.stdout.splitlines()
    assert int(first.split()[0]) > 50
    assert int(last.split()[0]) > 300
    assert left == []


BESIDE = """
import ctypes, importlib, os
import torch, torchvision
import numpy
from PIL import Image, ImageFilter
from torch._decomp import decomposition_table, decompositions

x, w = torch.rand(2, 1, 4, 4), torch.rand(1, 1, 2, 2)
LIBRARY = os.path.join(os.path.dirname(torch.__file__), "lib", "libtorch_cpu.so")

def umath(): return numpy._core._multiarray_umath.correlate(numpy.ones(3), numpy.ones(2), 0)
def umath_second(): return numpy._core._multiarray_umath.correlate2(numpy.ones(3), numpy.ones(2), 0)
def undispatched(): return numpy.convolve(numpy.ones(3), numpy.ones(2))
def pil_kernel(): return Image.new("L", (5, 5)).filter(ImageFilter.Kernel((3, 3), [1] * 9))
def pil_blur(): return Image.new("L", (5, 5)).filter(ImageFilter.BoxBlur(1))
def pil_maximum(): return Image.new("L", (5, 5)).filter(ImageFilter.MaxFilter(3))
def by_library(): return ctypes.CDLL(LIBRARY)
def by_symbol(): return ctypes.CDLL(None)["_ZN2at6native6conv2dE"]
def by_binding(): return ctypes.PyDLL(torch._C.__file__)
def prim(): return torch.ops.prim.mkldnn_convolution(x.to_mkldnn(), w.to_mkldnn(), None, [1, 1], [0, 0], [1, 1], 1)
def ir(): return torch._C.parse_ir("graph(): return ()")
def static(): return torch._C._jit_to_static_module(torch.jit.script(torch.nn.LayerNorm(4)).graph)
def helper(): return decompositions.native_batch_norm_helper(x, None, None, None, None, True, 0.1, 1e-5, True)
def table(): return decomposition_table[torch.ops.aten.native_layer_norm.default](x, [4], None, None, 1e-5)
def reference(): return torch._refs.nn.functional.layer_norm(x, [4])
def wrapped(): return torch._refs.native_layer_norm.__wrapped__(x, [4], None, None, 1e-5)
def part(): return torch._refs._normalize(x, [2, 3], 1e-5)
def frozen(): return torchvision.ops.FrozenBatchNorm2d(1)(x)
def inductor(): return importlib.import_module("torch._inductor.decomposition")
def later(): return inductor()._native_layer_norm(x, [4], None, None, 1e-5)
def pool_later(): return inductor()._max_pool_with_indices(x, 2, 2, 0, 1, False, dim=2)
def boxes(): return torchvision.ops.roi_align.__globals__["_roi_align"](x, torch.zeros(1, 5), 1.0, 2, 2, 1, False)

def libraries(): return ctypes.CDLL(None).getpid() > 0 and ctypes.CDLL("libc.so.6").getpid() > 0
def eager(): return bool(torch.compile(lambda a: (a.unfold(2, 2, 1) * 2).sum(-1), backend="aot_eager")(x).any())
def functional():
    f = lambda a: (a.unfold(1, 2, 1) ** 2).sum(-1)
    traced = torch.fx.experimental.proxy_tensor.make_fx(f, decomposition_table)(x[:, 0])
    return bool(torch.vmap(f)(x).any() and torch.func.jvp(f, (x[:, 0],), (x[:, 0],))[1].any() and traced(x[:, 0]).any())
"""
WAYS = {
    "convolution": "umath umath_second undispatched pil_kernel pil_blur by_library by_symbol by_binding prim ir",
    "pooling": "pil_maximum pil_blur pool_later boxes",
    "normalisation": "static helper table reference wrapped part frozen later",
}
ROOMY = Limits(call_cpu_s=20, call_wall_s=60, job_cpu_s=60, memory_mb=2048, processes=16)


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in WAYS.items() for name in names.split()])
def test_what_is_beside_the_dispatcher_is_shut(start, kind, name):
    operations = OPERATIONS[kind]
    started = start(BESIDE, limits=ROOMY, forbidden=operations.operators, python=tuple(operations.python))
    with pytest.raises(StudentError):
        getattr(started.module, name)()
    assert started.worker.forbidden_calls


@pytest.mark.parametrize("kind", list(WAYS))
@pytest.mark.parametrize("name", ["libraries", "eager", "functional"])
def test_what_is_allowed_stays_open(start, kind, name):
    operations = OPERATIONS[kind]
    started = start(BESIDE, limits=ROOMY, forbidden=operations.operators, python=tuple(operations.python))
    assert getattr(started.module, name)() is True
    assert started.worker.forbidden_calls == []


def test_native_code_brought_along_is_refused(start):
    source = """
import ctypes, os, shutil, _ctypes, importlib.machinery, importlib.util
def bring():
    path = os.path.join(os.environ["TMPDIR"], "mine.so")
    shutil.copy(_ctypes.__file__, path)
    return path
def by_ctypes(): return ctypes.CDLL(bring())
def by_import():
    loader = importlib.machinery.ExtensionFileLoader("_ctypes", bring())
    return importlib.util.module_from_spec(importlib.util.spec_from_loader("_ctypes", loader))
def by_bare_name():
    os.chdir(os.path.dirname(bring()))
    loader = importlib.machinery.ExtensionFileLoader("_ctypes", "mine.so")
    return importlib.util.module_from_spec(importlib.util.spec_from_loader("_ctypes", loader))
def by_shared_memory(): return ctypes.CDLL(shutil.copy(bring(), "/dev/shm/mine.so"))
def by_detour(): return ctypes.CDLL("/usr/.." + bring())
def by_link():
    os.symlink(bring(), "link.so")
    return ctypes.CDLL("/proc/self/cwd/link.so")
def by_patched_path():
    os.path.realpath = os.path.abspath = lambda path: "/usr/lib"
    return ctypes.CDLL(bring())
def by_the_loader(): return ctypes.CDLL(None).dlopen(bring().encode(), 2)
def by_the_loaders_table(): return ctypes.CDLL("libc.so.6").dlsym(None, b"_ZN2at6native6conv2dE")
def by_false_name():
    class Name(bytes):
        def decode(self, *args, **kwargs): return "getpid"
    return ctypes.CDLL(None)[Name(b"dlopen")]
"""
    started = start(source, forbidden="conv(?!ert)")
    ways = "ctypes import bare_name shared_memory detour link the_loader the_loaders_table false_name patched_path"
    for way in ways.split():
        with pytest.raises(StudentError):
            getattr(started.module, f"by_{way}")()
        assert "native code" in started.worker.forbidden_calls[0]
