"""Memory that a job holds in ways that no process's private pages show."""

from __future__ import annotations

import time

import pytest

from grader.engine.errors import LimitExceeded
from grader.engine.isolation import unreadable_python
from grader.engine.usage import UsageMonitor
from tests.conftest import QUICK
from tests.engine.test_sandbox import levels

LIMITS = QUICK.model_copy(
    update={"call_cpu_s": 15, "call_wall_s": 20, "memory_mb": 192, "scratch_mb": 400, "file_mb": 400}
)

FORKED = """
import os, time
def forked(number, job):
    for n in range(number):
        if os.fork() == 0:
            job(n); time.sleep(30); os._exit(0)
    time.sleep(30)
"""
SHARED_FILES = (
    FORKED
    + """
import mmap
def mapped(n):
    path = f"/dev/shm/grader_test_{os.getpid()}"
    file = open(path, "w+b"); os.unlink(path); file.truncate(40 << 20)
    m = mmap.mmap(file.fileno(), 40 << 20)
    for at in range(0, 40 << 20, 4096): m[at] = 1
    globals()["kept"] = m
def f(): forked(6, mapped)
"""
)
INHERITED = (
    FORKED
    + """
import ctypes
with open("/proc/self/maps") as maps:
    regions = [line.split() for line in maps]
def own(n):
    for place, rights, *_, inode in (region[:5] for region in regions):
        start, end = (int(part, 16) for part in place.split("-"))
        if rights == "rw-p" and inode == "0" and end - start < 1 << 30:
            for at in range(start, end, 4096):
                ctypes.memmove(at, at, 1)
def f(): forked(3, own)
"""
)
SOCKETS = """
import socket, time
def f():
    server = socket.socket(socket.AF_UNIX); server.bind("socket"); server.listen(4000)
    for n in range(1500):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect("socket"); client.setblocking(False)
            try:
                while True: client.send(bytes(1 << 15))
            except OSError: pass
    time.sleep(30)
"""


@levels
@pytest.mark.parametrize("source", [SHARED_FILES, INHERITED], ids=["shared files", "the zygote's pages"])
def test_memory_that_processes_hold_between_them_counts(start, source, mechanisms):
    code = start(source, limits=LIMITS, mechanisms=mechanisms).module
    with pytest.raises(LimitExceeded, match="192 MB of memory"):
        code.f()


def test_what_waits_in_sockets_counts(full_isolation, start):
    code = start(SOCKETS, limits=LIMITS).module
    with pytest.raises(LimitExceeded, match="192 MB of memory"):
        code.f()


@levels
@pytest.mark.parametrize(
    "code",
    [
        "import os; os.memfd_create('x')",
        "import mmap; mmap.mmap(-1, 1 << 20)",
        "import mmap; mmap.mmap(-1, 1 << 20, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE)",
        "import os; r, w = os.pipe(); os.splice(os.open('file', os.O_CREAT | os.O_RDWR), w, 1)",
        "import socket; a, b = socket.socketpair(); a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)",
        "import ctypes\nif ctypes.CDLL(None).prctl(4, 0, 0, 0, 0): raise PermissionError('not permitted')",
        "import ctypes\nif ctypes.CDLL(None).syscall(447, 0) < 0: raise PermissionError('not permitted')",
    ],
    ids=["memfd", "shared", "shared populated", "splice", "buffer size", "dumpable", "secret"],
)
def test_memory_that_nothing_shows_is_refused(start, mechanisms, code):
    module = start(f"def f():\n    exec({code!r}, {{}})\n", mechanisms=mechanisms).module
    with pytest.raises(OSError, match="not permitted"):
        module.f()


@levels
def test_shared_memory_that_courses_use_works_and_counts_once(start, mechanisms):
    if "namespaces" not in mechanisms and unreadable_python():
        pytest.skip("jobs cannot read Python here without namespaces")
    source = """
import mmap, multiprocessing, socket, torch
from multiprocessing.connection import Listener
from torch.utils.data import DataLoader, TensorDataset
class Whole(torch.utils.data.Dataset):
    def __init__(self, x): self.x = x
    def __len__(self): return 12
    def __getitem__(self, i): return self.x.sum() + i
def batches(workers):
    x = torch.ones(10_000_000).share_memory_()
    return [b[0] - 10_000_000 for b in DataLoader(Whole(x), 1, num_workers=workers)]
def queue():
    context = torch.multiprocessing.get_context("fork")
    there, value = context.SimpleQueue(), context.Value("d", 1.5)
    back = context.SimpleQueue()
    process = context.Process(target=lambda: (there.put(torch.arange(5.0) * 2), back.get()))
    process.start()
    got = there.get().clone(); back.put(1); process.join()
    return got.sum().item() + value.value
def private(): return len(mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
def listener(): Listener("there").close(); return True
"""
    limits = LIMITS.model_copy(update={"memory_mb": 1024, "processes": 64, "call_wall_s": 60, "call_cpu_s": 30})
    started = start(source, limits=limits, mechanisms=mechanisms)
    assert sorted(int(x) for x in started.module.batches(4)) == list(range(12))
    assert started.module.queue() == 21.5
    assert started.module.private() == 4096
    assert started.module.listener()


def test_all_that_a_job_started_ends_with_it(start):
    source = FORKED + "def fail(n):\n    if n: raise ValueError(n)\ndef f(): forked(2, fail)\n"
    started = start(source, mechanisms=("landlock",))
    with pytest.raises(ValueError, match="1"):
        started.module.f()
    begin = time.monotonic()
    started.worker.close()
    assert time.monotonic() - begin < 10


def test_a_forked_process_costs_nothing_of_its_own(start, monkeypatch):
    started = start(FORKED + "def f(n):\n    if os.fork() == 0: time.sleep(30)\n    return n\n")
    monitor = UsageMonitor(started.worker._usage._pid)
    for n in range(3):
        started.module.f(n)
    assert monitor.sample(1 << 40).memory_bytes > 200 << 20
    assert monitor.sample().memory_bytes < 50 << 20
    monkeypatch.setattr(monitor, "_readable", False)
    monkeypatch.setattr(monitor, "_measured", None)
    assert monitor.sample().memory_bytes < 50 << 20
