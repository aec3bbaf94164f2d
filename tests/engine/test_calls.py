"""Student code is called through proxies as if it were here."""

from __future__ import annotations

import gc
import resource
import time
import weakref
from types import SimpleNamespace

import pytest
import torch

from grader.engine import awake
from grader.engine.errors import CallTimeout, LimitExceeded, ProtocolError, StudentError, WorkerCrashed
from grader.engine.history import CallHistory
from grader.engine.shared import share
from grader.runner.fixtures import StudentModule
from grader.runner.memory import forget_frames
from tests.conftest import QUICK

SOURCE = """
import torch
from torch import nn

def affine(x, w, b=0.0): return x @ w + b
def change(x): x.data.add_(1)
def flags(x): x.requires_grad_(True); x.grad = torch.full_like(x, 2.0)
def strides(x): return x.stride(), x.is_contiguous()
def from_start(x): return x.as_strided(x.shape, x.stride(), 0)
def grad_mode(): return torch.is_grad_enabled()
def structure(x): return {"a": (x, [x * 2]), 1: None}
def fail(kind): raise kind("with a reason")
def say(text): print(text)
def default_dtype(): return torch.get_default_dtype()
def set_default_dtype(): torch.set_default_dtype(torch.float64)
def random(): return torch.rand(3)
def write(x): x[0] = 7; return x.sum()
def net(): return nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
def identity(x): return x
def left_out(x, w): return 2 * x
def switched_off(x, w): return x.requires_grad_(False) @ w
def one_entry(x): return x[::3]
def shape(x): x.unsqueeze_(0)
def dtype(x): x.data = x.double()
class Scale(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor([factor]))
    def forward(self, x): return self.factor * x
"""


@pytest.fixture
def code(start):
    return start(SOURCE).module


def test_values_and_keyword_arguments(code):
    x, w = torch.randn(2, 3), torch.randn(3, 4)
    assert torch.allclose(code.affine(x, w, b=1.5), x @ w + 1.5)


def test_results_keep_their_structure(code):
    x = torch.randn(2)
    result = code.structure(x)
    assert list(result) == ["a", 1]
    assert type(result["a"]) is tuple
    assert torch.equal(result["a"][1][0], x * 2)


def test_gradients_go_through_the_wire(code):
    x, w = torch.randn(2, 3, requires_grad=True), torch.randn(3, 4, requires_grad=True)
    cotangent = torch.randn(2, 4)
    expected = torch.autograd.grad(x @ w, (x, w), cotangent)
    (code.affine(x, w) * 1.0).backward(cotangent)
    assert torch.allclose(x.grad, expected[0])
    assert torch.allclose(w.grad, expected[1])


def test_gradcheck_works(code):
    x = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
    w = torch.randn(3, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(code.affine, (x, w))


def test_parameters_collect_gradients(code):
    net = code.Scale(3.0)
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    net(x).sum().backward()
    assert net.gradients()["factor"].tolist() == [3.0]
    assert x.grad.tolist() == [3.0, 3.0]


def test_the_grad_mode_is_this_sides(code):
    assert code.grad_mode() is True
    with torch.no_grad():
        assert code.grad_mode() is False
        assert not code.affine(torch.ones(1, 1), torch.ones(1, 1, requires_grad=True)).requires_grad


@pytest.mark.parametrize("name", ["change", "flags", "shape", "dtype"])
def test_a_call_leaves_the_arguments_here_alone(code, name):
    x = torch.zeros(3)
    getattr(code, name)(x)
    assert x.tolist() == [0, 0, 0]
    assert x.dtype == torch.float32
    assert not x.requires_grad
    assert x.grad is None


def test_observed_arguments_are_changed_here_as_there(start):
    started = start(SOURCE)
    started.session.observing = True
    x = torch.zeros(3)
    started.module.change(x)
    assert x.tolist() == [1, 1, 1]
    started.module.flags(x)
    assert x.requires_grad
    assert x.grad.tolist() == [2, 2, 2]
    x = torch.zeros(3)
    started.module.shape(x)
    assert x.tolist() == [[0, 0, 0]]
    started.module.dtype(x)
    assert x.dtype == torch.float64
    started.session.begin_test(1)
    started.module.change(x)
    assert x.tolist() == [[0, 0, 0]]


@pytest.mark.parametrize("view", [lambda x: x[::3], lambda x: x[:1][None].mT, lambda x: x.as_strided((1, 1), (7, 5))])
def test_one_entry_of_any_stride(code, view):
    x = torch.randn(3)
    assert code.identity(view(x)).flatten().tolist() == view(x).flatten().tolist()
    assert code.one_entry(x).tolist() == x[::3].tolist()


@pytest.mark.parametrize("view", [lambda x: x.T, lambda x: x[::2, 1:], lambda x: x[:1].expand(4, 6)])
def test_strides_are_kept(code, view):
    x = view(torch.randn(4, 6))
    stride, contiguous = code.strides(x)
    assert contiguous == x.is_contiguous()
    assert [step == 0 for step in stride] == [step == 0 for step in x.stride()]
    assert torch.equal(code.identity(x), x)


@pytest.mark.parametrize("view", [lambda x: x.T, lambda x: x[::2, 1:], lambda x: x[:, :1].expand(4, 6)])
def test_view_does_not_start_where_its_memory_starts(code, view):
    x = view(torch.arange(2.0, 26.0).reshape(4, 6))
    assert not torch.equal(code.from_start(x), x)


def test_called_again_with_the_same_tensors(start):
    code = start("seen = []\ndef f(x, n):\n    seen.append(id(x))\n    x.add_(n)\n    return x\n").module
    x, other = torch.tensor([1.0, 2.0]), torch.tensor([5.0, 6.0])
    first, second = code.f.called_again((x, 1), (other, 1))
    assert x.tolist() == [1.0, 2.0]
    assert first.tolist() == second.tolist() == [6.0, 7.0]  # the result is the argument, as it is in the end
    ids = code.seen
    assert len(ids) == 2
    assert ids[0] == ids[1]


def test_modules_stay_there(code):
    net = code.net()
    assert net.kind == "module"
    assert net.is_a("Module")
    state = net.state_dict()
    assert list(state) == [
        "0.weight",
        "0.bias",
        "1.weight",
        "1.bias",
        *(f"1.{n}" for n in ("running_mean", "running_var", "num_batches_tracked")),
    ]
    net.load_state_dict({name: torch.ones_like(value) for name, value in state.items()})
    assert net.named_parameters()["0.weight"].tolist() == [[1.0] * 3] * 2
    net.eval()
    assert net.training_modes() == [False] * 3
    local = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2)).eval()
    local.load_state_dict(net.state_dict())
    x = torch.randn(4, 3)
    assert torch.allclose(net(x), local(x))
    assert net[0].weight.shape == (2, 3)


def test_exceptions_are_real_and_show_the_own_lines(start):
    code = start("def f(x):\n    return g(x)\n\ndef g(x):\n    return 1 / x\n").module
    with pytest.raises(ZeroDivisionError) as caught:
        code.f(0)
    assert isinstance(caught.value, StudentError)
    assert [(frame.file, frame.line, frame.function) for frame in caught.value.frames] == [
        ("code.py", 2, "f"),
        ("code.py", 5, "g"),
    ]
    assert "code.py, line 5, in g: return 1 / x" in caught.value.sentence()


def test_exit_and_interrupt_are_only_exceptions(start):
    code = start(
        "import sys\ndef leave(): sys.exit(0)\ndef interrupt(): raise KeyboardInterrupt\ndef one(): return 1\n"
    ).module
    for name in ("leave", "interrupt"):
        with pytest.raises(StudentError):
            getattr(code, name)()
    assert code.one() == 1


def test_a_missing_function_is_named(code):
    with pytest.raises(AttributeError, match="no_such"):
        code.no_such(1)


def test_output_is_captured(start):
    started = start(SOURCE)
    started.module.say("hello")
    assert started.worker.take_output() == "hello\n"


def test_settings_do_not_leak_into_the_next_test(start):
    started = start(SOURCE)
    started.module.set_default_dtype()
    first = started.module.random()
    started.session.begin_test(1)
    assert started.module.default_dtype() == torch.float32
    started.session.begin_test(1)
    assert started.module.random().dtype == torch.float32
    started.session.begin_test(1)
    assert torch.equal(started.module.random(), started.session.load("code").random()) is False
    assert first.dtype == torch.float64


def test_functions_are_fetched_once_and_outlive_a_test(start, monkeypatch):
    started = start(SOURCE)
    code, asked = started.session.load("code"), []
    ask = started.session.ask
    monkeypatch.setattr(started.session, "ask", lambda message, label: asked.append(label) or ask(message, label))
    for _ in range(3):
        started.session.begin_test(1)
        assert torch.equal(started.session.load("code").identity(torch.ones(2)), torch.ones(2))
        assert code.Scale(2.0)(torch.ones(1)).item() == 2.0
    assert asked == ["identity", "Scale"]


def test_an_attribute_that_is_no_function_is_read_anew(start):
    code = start("count = 0\ndef more():\n    global count\n    count += 1").module
    assert [code.count, code.more(), code.count] == [0, None, 1]


def test_the_same_seed_gives_the_same_draws(start):
    started = start(SOURCE)
    draws = []
    for seed in (5, 5, 6):
        started.session.begin_test(seed)
        draws.append(started.module.random())
    assert torch.equal(draws[0], draws[1])
    assert not torch.equal(draws[0], draws[2])


def test_shared_tensors_are_private_to_each_worker(start):
    shared = share(torch.arange(4.0))
    for _ in range(2):
        assert start(SOURCE).module.write(shared).item() == 7 + 1 + 2 + 3


def test_a_loop_is_stopped_and_not_waited_for_again(start):
    started = start("def loop():\n    while True: pass\ndef one(): return 1\n")
    with pytest.raises(CallTimeout, match="1 s of computing"):
        started.module.loop()
    with pytest.raises(CallTimeout, match="computing"):
        started.module.one()


def test_code_of_the_graders_is_not_what_hangs(start, tmp_path):
    harness = tmp_path / "harness_both.py"
    harness.write_text("def run(*functions): return [f() for f in functions]\n")
    source = "def loop():\n    while True: pass\ndef one(): return 1\ndef two(): return 2\n"
    history = CallHistory()

    def worker():
        started = start(source, history=history)
        return started.session.harness(harness), started.module

    suite, code = worker()
    with pytest.raises(CallTimeout, match="stopped after"):
        suite.run(code.loop, code.one)
    suite, code = worker()
    with pytest.raises(CallTimeout, match="not run: loop with one was stopped in an earlier test"):
        suite.run(code.loop, code.one)
    assert suite.run(code.one, code.two) == [1, 2]
    with pytest.raises(CallTimeout, match="stopped after"):
        code.loop.called_again((), ())
    suite, code = worker()
    with pytest.raises(CallTimeout, match="not run: loop was stopped in an earlier test"):
        suite.run(code.two, code.loop)
    assert code.one.called_again((), ()) == (1, 1)


def test_waiting_is_stopped(start):
    code = start("import time\ndef wait():\n    try:\n        time.sleep(60)\n    except BaseException: pass\n").module
    with pytest.raises(CallTimeout, match="3 s"):
        code.wait()


def test_a_machine_that_stood_still_is_no_code_that_hangs(start, monkeypatch):
    code = start("import time\ndef answer():\n    time.sleep(0.5)\n    return 1\n").module
    pauses = iter([0, 0, 1000, 1000, 1000])  # from one look at the clock to the next
    paused = 0.0

    def monotonic():
        nonlocal paused
        paused += next(pauses, 0)
        return time.monotonic() + paused

    monkeypatch.setattr(awake, "time", SimpleNamespace(monotonic=monotonic))
    assert code.answer() == 1
    assert paused == 3000
    pauses = iter([0, 1000])
    history = CallHistory(wall_s=10)
    with history.call("answer"):
        pass
    assert 8 < history.wall_s <= 9


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("import os; os._exit(0)", "ended the Python process"),
        ("import os; os._exit(3)", "exit status 3"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL); os._exit(1)", "ended the Python process"),
        ("import os; os.closerange(3, 100)", "closed its connection|ended the Python process"),
    ],
    ids=["exit 0", "exit 3", "segmentation fault", "kill", "closed descriptors"],
)
def test_a_crash_is_named(start, body, sentence):
    code = start(f"def f():\n    {body}\n").module
    with pytest.raises(WorkerCrashed, match=sentence):
        code.f()


NONSENSE = """
import gc, socket
from grader.worker import frames

def no_frame():
    for thing in gc.get_objects():
        if isinstance(thing, socket.socket):
            thing.sendall(bytes(range(200)))

def no_value():
    pack = frames.pack
    frames.pack = lambda message, buffers: pack({"value": {"t": "no such kind"}}, [])
"""


@pytest.mark.parametrize("function", ["no_frame", "no_value"])
def test_a_function_that_answers_nonsense_is_not_asked_for_ever(start, function):
    history = CallHistory()
    for _ in range(3):
        code = start(NONSENSE, history=history).module
        with pytest.raises((ProtocolError, LimitExceeded)):
            getattr(code, function)()
    code = start(NONSENSE, history=history).module
    with pytest.raises(CallTimeout, match=f"not run: {function} was stopped in an earlier test"):
        getattr(code, function)()


@pytest.mark.parametrize("name", ["label", "kind", "set", "value_and_gradients", "fetch"])
def test_functions_may_have_any_name(start, name):
    student = StudentModule(lambda: start(f"def {name}(x): return x + 1\n").module, "code")
    assert getattr(student, name)(1) == 2


def test_call_and_backward_in_one_request(code):
    x, w = torch.randn(2, 3, requires_grad=True), torch.randn(3, 4, requires_grad=True)
    cotangent = torch.randn(4, 2).T
    result, gradients = code.affine.value_and_gradients([x, w, torch.ones(4)], cotangent)
    expected = torch.autograd.grad(x @ w, [x, w], cotangent)
    assert torch.allclose(result, x @ w + 1)
    assert not result.requires_grad
    assert all(torch.allclose(got, right) for got, right in zip(gradients, expected, strict=True))
    assert code.affine.value_and_gradients([x, w.detach()], cotangent)[1][0].shape == x.shape
    assert code.affine.value_and_gradients([x.detach(), w.detach()], cotangent)[1] is None
    assert code.affine.value_and_gradients([x, w], torch.ones(3))[1] is None
    assert code.say.value_and_gradients(["nothing"], cotangent) == (None, None)
    assert code.left_out.value_and_gradients([x, w], torch.ones(2, 3))[1][1] is None
    only_w = code.switched_off.value_and_gradients([x, w], cotangent)[1]
    assert only_w[0] is None
    assert torch.allclose(only_w[1], expected[1])
    with pytest.raises(StudentError, match="shapes cannot be multiplied"):
        code.affine.value_and_gradients([x, x], cotangent)


def test_a_flood_of_output_is_stopped(start):
    code = start("def flood():\n    while True: print('x' * 10000)\n").module
    with pytest.raises(LimitExceeded, match="printed more than 1 MB"):
        code.flood()


def test_memory_of_one_and_of_many_processes_is_bounded(start):
    patient = QUICK.model_copy(update={"call_cpu_s": 10, "call_wall_s": 30})
    source = "def f():\n    x = []\n    while True: x.append(bytearray(b'1' * 10**7))\n"
    one = start(source, limits=patient).module
    with pytest.raises((LimitExceeded, MemoryError)):
        one.f()
    many = start(
        "import os, time\ndef f():\n    for _ in range(8):\n        if os.fork() == 0:\n"
        "            x = bytearray(b'1' * 10**8); time.sleep(30); os._exit(0)\n    time.sleep(30)\n",
        limits=patient,
    ).module
    with pytest.raises(LimitExceeded, match="512 MB of memory"):
        many.f()


def test_large_arguments_and_results_are_let_go_of_at_once(start):
    source = "import gc, torch\ndef large(x): gc.disable(); return torch.ones(8 << 20, dtype=torch.bool)\n"
    started = start(source, limits=QUICK.model_copy(update={"memory_mb": 256, "reply_mb": 16}))
    started.session.budget = 20
    gc.disable()
    try:
        before = _resident_mb()
        for _ in range(30):
            assert started.module.large(torch.ones(2 << 20)).numel() == 8 << 20
        assert _resident_mb() < before + 100
    finally:
        gc.enable()


def _resident_mb():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() >> 20


def test_a_failed_test_lets_go_of_what_it_held():
    class Large:
        pass

    def fail():
        large = Large()
        kept.append(weakref.ref(large))
        raise ValueError

    kept = []
    gc.disable()
    try:
        try:
            fail()
        except ValueError as raised:
            error = raised  # as the runner does: a cycle of frame and exception
        forget_frames(error)
        assert kept[0]() is None
    finally:
        gc.enable()


def test_a_huge_result_is_refused(start):
    code = start("import torch\ndef f(): return torch.zeros(10**7)\ndef g(): return list(range(10**6))\n").module
    with pytest.raises(LimitExceeded, match="returned too much"):
        code.f()
    code = start("def g(): return list(range(10**6))\n").module
    with pytest.raises(StudentError, match="parts"):
        code.g()


def test_shapes_of_more_than_could_be_sent_are_refused(start):
    source = """
import torch
def net():
    net = torch.nn.Linear(1, 1)
    net.huge = torch.nn.Parameter(torch.zeros(1).expand(1 << 39))
    return net
"""
    net = start(source).module.net()
    with pytest.raises(LimitExceeded, match="parameters"):
        net.parameter_shapes()


def test_a_forged_answer_is_no_value(start):
    source = """
import gc, json, socket, struct
def f():
    for thing in gc.get_objects():
        if isinstance(thing, socket.socket) and thing.fileno() > 2:
            thing.sendall(struct.pack("!II", 5, 0) + b"hello")
"""
    with pytest.raises((ProtocolError, WorkerCrashed)):
        start(source).module.f()


def test_files_beside_the_module_are_found_by_plain_name(start):
    assert start("text = open('code.py').read(4)").module.text == "text"


def test_modules_find_each_other_in_the_folder_that_they_were_handed_in(start):
    source = """
import sys
if __name__ == "code":
    from exercises.code import place
place = __name__
from exercises import code as other
def names(): return place, other.place
"""
    assert start(source).module.names() == ("code", "exercises.code")
