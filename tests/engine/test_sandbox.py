"""What student code can reach, at full isolation and without namespaces."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from pathlib import Path

import pytest
import torch

import grader
from grader.engine import isolation
from grader.engine.errors import StudentError, WorkerStopped
from grader.engine.worker import job_uid

ROOT = Path(grader.__file__).resolve().parent.parent
SUITE = ROOT / "grader" / "suites" / "test_corr2d.py"

SOURCE = """
import os, socket, subprocess, sys, gc
def read(path):
    with open(path) as file: return file.read(100)
def write(path):
    with open(path, "w") as file: file.write("x")
def listing(path): return os.listdir(path)
def call(name, *args): return getattr(os, name)(*args)
def run(): return subprocess.run(["/bin/true"]).returncode
def descriptors(): return sorted(int(n) for n in os.listdir("/proc/self/fd"))
def environment(): return dict(os.environ)
def modules(): return sorted(sys.modules)
def path(): return list(sys.path)
def connect(family, kind, address):
    with socket.socket(getattr(socket, family), getattr(socket, kind)) as s:
        s.connect(tuple(address) if isinstance(address, list) else address)
def send(): socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))
def send_from_a_pair(path): socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b"x", path)
def processes(): return [int(n) for n in os.listdir("/proc") if n.isdigit()]
def ids(): return os.getuid(), os.geteuid(), os.getgid()
def spawn_sleeper():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            import time; time.sleep(60)
        os._exit(0)
def fork_bomb():
    n = 0
    while True:
        if os.fork() == 0:
            import time; time.sleep(60); os._exit(0)
        n += 1
def fill(path):
    with open(path, "wb") as file:
        while True: file.write(b"x" * (1 << 20))
def inodes():
    n = 0
    while True: open(f"f{n}", "w").close(); n += 1
def text(start): return any(isinstance(o, str) and o.startswith(start) for o in gc.get_objects())
def python(code): exec(code, {})
"""

levels = pytest.mark.parametrize(
    "mechanisms", [("namespaces", "landlock", "seccomp"), ("landlock", "seccomp")], ids=["full", "restricted"]
)


@pytest.fixture
def boxed(start, mechanisms):
    started = start(SOURCE, mechanisms=mechanisms)
    if not set(mechanisms) <= started.worker.in_force:
        pytest.skip(f"this machine has only {sorted(started.worker.in_force)}")
    return started


@levels
@pytest.mark.parametrize(
    "path", [SUITE, ROOT / "pyproject.toml", "/etc/passwd", "/root/.bashrc", "/proc/1/environ"], ids=str
)
def test_files_outside_are_unreadable(boxed, path):
    if str(path).startswith("/proc/1") and "namespaces" in boxed.worker.in_force:
        pytest.skip("process 1 is the job itself")
    with pytest.raises(OSError, match=r"Permission denied|No such file"):
        boxed.module.read(str(path))


@levels
@pytest.mark.parametrize(
    "folder", ["/", "/usr/lib", "/etc", "/dev", "/var/tmp", str(ROOT), str(Path(os.__file__).parent)]
)
def test_nothing_outside_can_be_written(boxed, folder):
    with pytest.raises(OSError, match=r"Permission denied|No such file|Read-only"):
        boxed.module.write(f"{folder}/written")
    assert not Path(folder, "written").exists()


@levels
def test_scratch_is_writable_and_private(boxed):
    boxed.module.write("here")
    assert boxed.module.read("here") == "x"
    assert set(boxed.module.listing(".")) == {"code.py", "here"}


@levels
def test_no_program_can_be_run(boxed):
    with pytest.raises(PermissionError):
        boxed.module.run()


@levels
@pytest.mark.parametrize(
    ("family", "kind", "address"),
    [
        ("AF_INET", "SOCK_STREAM", ["127.0.0.1", 80]),
        ("AF_INET6", "SOCK_STREAM", ["::1", 80]),
        ("AF_NETLINK", "SOCK_RAW", [0, 0]),
    ],
)
def test_no_network(boxed, family, kind, address):
    with pytest.raises(OSError, match=r"Operation not permitted|Permission denied"):
        boxed.module.connect(family, kind, address)
    with pytest.raises(OSError, match=r"Operation not permitted|Permission denied"):
        boxed.module.send()


@levels
def test_no_local_service_can_be_reached(boxed, tmp_path):
    services = []
    for kind in ("SOCK_STREAM", "SOCK_DGRAM"):
        service = socket.socket(socket.AF_UNIX, getattr(socket, kind))
        services.append(service)
        service.bind(str(tmp_path / kind))
        os.chmod(tmp_path / kind, 0o777)
        with pytest.raises(OSError, match=r"Operation not permitted|No such file"):
            boxed.module.connect("AF_UNIX", kind, str(tmp_path / kind))
    services[0].listen()
    with pytest.raises(OSError, match=r"Operation not permitted|No such file"):
        boxed.module.send_from_a_pair(str(tmp_path / "SOCK_DGRAM"))
    for service in services:
        service.close()


@levels
def test_no_descriptor_and_no_environment_is_inherited(boxed):
    # Standard streams, the job's socket, and the one that lists the folder.
    assert len(boxed.module.descriptors()) == 5
    assert set(boxed.module.environment()) <= {
        *("HOME", "USER", "TMPDIR", "PATH", "PYTHONDONTWRITEBYTECODE"),
        *("LANG", "LC_ALL", "LC_CTYPE", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"),
    }


@levels
def test_nothing_trusted_is_loaded(boxed):
    loaded = set(boxed.module.modules())
    beside_students = ("grader.worker", "grader.simulated_cuda")
    assert not {name for name in loaded if name.startswith("grader.") and not name.startswith(beside_students)}
    assert not {"pytest", "_pytest", "solutions", "corr2d"} & loaded
    assert str(ROOT) not in boxed.module.path()


@levels
@pytest.mark.parametrize("name", ["grader.suites.test_corr2d", "grader.cli", "solutions.corr2d", "grader.testing"])
def test_nothing_trusted_can_be_imported(boxed, name):
    with pytest.raises((ImportError, PermissionError)):
        boxed.module.python(f"import {name}")


@levels
def test_it_is_nobody(boxed):
    assert 0 not in boxed.module.ids()


def test_other_processes_are_invisible(full_isolation, start):
    assert start(SOURCE).module.processes() == [1]


@levels
def test_the_grader_cannot_be_signalled(boxed, zygote, start):
    with pytest.raises(OSError, match=r"No such process|Operation not permitted"):
        boxed.module.call("kill", os.getpid(), 0)
    with contextlib.suppress(OSError, WorkerStopped):
        boxed.module.call("kill", -1, 9)
    assert zygote.wait_ready()
    assert start(SOURCE).module.read("/proc/self/comm")


@levels
@pytest.mark.parametrize(
    "code",
    [
        "import ctypes, os; assert ctypes.CDLL(None, use_errno=True).unshare(0x10000000) == 0",
        "import ctypes; assert ctypes.CDLL(None).ptrace(16, 1, 0, 0) == 0",
        "import ctypes; assert ctypes.CDLL(None).syscall(425, 8, 0) >= 0",
        "import ctypes; assert ctypes.CDLL(None).syscall(321, 0, 0, 0) >= 0",
        "import ctypes; assert ctypes.CDLL(None).mount(b'none', b'/scratch', b'tmpfs', 0, 0) == 0",
        "import ctypes; assert ctypes.CDLL(None).syscall(56, 0x10000011, 0, 0, 0, 0) >= 0",
        "import ctypes; assert ctypes.CDLL(None).syscall(29, 0, 4096, 0o1600) >= 0",
    ],
    ids=["unshare", "ptrace", "io_uring", "bpf", "mount", "clone into a namespace", "shared memory"],
)
def test_system_calls_are_refused(boxed, code):
    if os.uname().machine != "x86_64":
        pytest.skip("the numbers are x86-64's")
    with pytest.raises(AssertionError):
        boxed.module.python(code)


@levels
def test_nothing_survives(boxed):
    before = _sleepers()
    boxed.module.spawn_sleeper()
    boxed.worker.close()
    deadline = time.monotonic() + 5
    while _sleepers() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _sleepers() <= before


def _sleepers() -> int:
    """Processes of zygote descent: they all carry its command line."""
    count = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                count += b"grader.worker.zygote" in (entry / "cmdline").read_bytes()
            except OSError:
                continue
    return count


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's jobs have user ids of their own")
@pytest.mark.parametrize("mechanisms", [("landlock", "seccomp")], ids=["restricted"])
def test_no_shared_memory_is_left(boxed):
    before = set(os.listdir("/dev/shm"))
    boxed.module.write("/dev/shm/left-behind")
    boxed.module.call("makedirs", "/dev/shm/left-folder/inner")
    boxed.worker.close()
    assert set(os.listdir("/dev/shm")) <= before


def test_jobs_of_several_runners_have_user_ids_of_their_own(monkeypatch):
    uids = set()
    for pid in (1, 2, 4_194_304):
        monkeypatch.setattr(os, "getpid", lambda pid=pid: pid)
        uids |= {job_uid(job) for job in range(1, 65)}
    assert len(uids) == 3 * 64
    assert max(uids) < 2**31


@levels
def test_processes_are_limited(boxed):
    with pytest.raises((BlockingIOError, WorkerStopped)):
        boxed.module.fork_bomb()


def test_scratch_is_limited_in_size_and_number(full_isolation, start):
    code = start(SOURCE).module
    with pytest.raises(OSError, match=r"No space left|File too large"):
        code.fill("big")
    with pytest.raises(OSError, match="No space left"):
        start(SOURCE).module.inodes()
    with pytest.raises(OSError, match=r"No space left|File too large"):
        code.fill("/dev/shm/big")


@levels
def test_dataloader_workers_run(start, mechanisms):
    if "namespaces" not in mechanisms and isolation.unreadable_python():
        pytest.skip("root's Python cannot be read by jobs without namespaces")
    source = """
import torch
from torch.utils.data import DataLoader, TensorDataset
def batches(workers):
    data = TensorDataset(torch.arange(10.0).repeat(50_000, 1).T, torch.zeros(10, 0))
    return [x[:, 7] for x, _ in DataLoader(data, 4, num_workers=workers)]
"""
    started = start(source, mechanisms=mechanisms)
    started.session.budget = 20
    assert [batch.tolist() for batch in started.module.batches(2)] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_threads_run(start):
    source = """
import torch, threading
def f():
    torch.set_num_threads(2)
    out = []
    t = threading.Thread(target=lambda: out.append(float((torch.ones(400, 400) @ torch.ones(400, 400)).sum())))
    t.start(); t.join()
    return out
"""
    assert start(source).module.f() == [64_000_000.0]


def test_compiled_functions_run(start):
    source = """
import getpass, torch
@torch.compile(backend="eager")
def double(x): return 2 * x
@torch.compile
def triple(x): return 3 * x
@torch.compile(mode="max-autotune")
def fourfold(x): return 4 * x
def module(x): return torch.compile(torch.nn.Flatten(), fullgraph=True, mode="max-autotune")(x)
def user(): return getpass.getuser()
"""
    started = start(source)
    assert torch.equal(started.module.double(torch.arange(3)), torch.tensor([0, 2, 4]))
    assert torch.equal(started.module.triple(torch.arange(3)), torch.tensor([0, 3, 6]))
    assert torch.equal(started.module.fourfold(torch.arange(3)), torch.tensor([0, 4, 8]))
    assert started.module.module(torch.ones(2, 3, 4)).shape == (2, 12)
    assert started.module.user() == "student"


@pytest.mark.parametrize(
    "source", [b"\0\0", b"x = '\xff'", b"def f(:", b"raise RuntimeError('at import')", b"import no_such_module"]
)
def test_a_module_that_cannot_be_imported_says_so(start, source):
    with pytest.raises(StudentError):
        start(source)
