"""What this machine can do for the grader, and how to get what is missing."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from .course import Course
from .data import find_fashion_mnist
from .engine import isolation
from .engine.errors import IsolationError, ZygoteError
from .engine.isolation import IsolationLevel
from .engine.probe import Probe, probe

LEFT_OPEN = {
    IsolationLevel.FULL: "the kernel itself",
    IsolationLevel.RESTRICTED: "names and numbers of other processes, the sum of all scratch files",
    IsolationLevel.RLIMITS: "files that this user can read, the network, other processes",
    IsolationLevel.NONE: "everything this user can do",
}


class Finding(BaseModel):
    """One thing looked at: how it is, and what to do if it is not as it should be."""

    name: str
    state: Literal["good", "missing", "note"]
    text: str
    advice: str = ""


class Diagnosis(BaseModel):
    """All findings; `ok` says whether untrusted submissions of the course can be graded here."""

    ok: bool
    level: str
    findings: list[Finding]


def diagnose(course: Course) -> Diagnosis:
    """Looks at the machine and starts one worker to see what holds."""
    import torch

    level, found, error = _probe(course)
    in_force = found.in_force
    required = IsolationLevel[course.isolation.upper()]
    findings = [
        Finding(name="Python", state="good", text=f"{platform.python_version()} at {sys.executable}"),
        Finding(name="torch", state="good", text=torch.__version__),
        _gpu(torch.cuda.is_available() and torch.cuda.get_device_name(0)),
        Finding(name="cores", state="good", text=f"{_cores()} for this process: as many exercises side by side"),
        _data(),
        _isolation(level, required, error),
        *(_mechanism(name, found) for name in isolation.MECHANISMS),
    ]
    unreadable = None if "namespaces" in in_force else isolation.unreadable_python()
    if unreadable:
        findings.append(
            Finding(
                name="Python for jobs",
                state="missing",
                text=f"without namespaces, jobs of root's run as other users, who cannot read {unreadable}",
                advice="install Python where everybody may read it, or run the grader as an ordinary user",
            )
        )
    return Diagnosis(ok=level >= required and not unreadable, level=level.label, findings=findings)


def _probe(course: Course) -> tuple[IsolationLevel, Probe, str]:
    from .engine.worker import Surroundings
    from .engine.zygote import Zygote

    surroundings = Surroundings(
        read_paths=isolation.readable_paths(),
        hidden_paths=isolation.hidden_paths([]),
        shown_paths=isolation.shown_paths(),
        mechanisms=list(isolation.MECHANISMS),
        required=IsolationLevel.NONE,
    )
    try:
        with Zygote(namespaced=sys.platform == "linux") as zygote:
            found = probe(zygote, course.limits, surroundings)
            return IsolationLevel.of(found.in_force), found, ""
    except (IsolationError, ZygoteError, OSError) as error:
        return IsolationLevel.NONE, Probe(set()), str(error)


def _gpu(name: str | Literal[False]) -> Finding:
    if name:
        return Finding(name="GPU", state="good", text=f"{name}: device tests run on it")
    return Finding(name="GPU", state="note", text="none that torch can use: device tests run without one")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _data() -> Finding:
    folder = find_fashion_mnist()
    if folder:
        return Finding(name="Fashion-MNIST", state="good", text=str(folder))
    return Finding(
        name="Fashion-MNIST",
        state="note",
        text="not found; it is downloaded when needed, else the small built-in set takes its place",
        advice="set FASHION_MNIST_ROOT to a torchvision root that holds FashionMNIST/raw",
    )


def _isolation(level: IsolationLevel, required: IsolationLevel, error: str) -> Finding:
    text = f"level {level.label}; left open: {LEFT_OPEN[level]}" + (f" ({error})" if error else "")
    if level >= required:
        return Finding(name="isolation", state="good", text=text)
    return Finding(
        name="isolation",
        state="missing",
        text=f"{text}. The course requires {required.label}",
        advice="put right what is missing below, lower `isolation` in course.yaml, or pass --trust-submissions",
    )


def _mechanism(name: str, found: Probe) -> Finding:
    if name in found.in_force:
        return Finding(name=name, state="good", text="in force")
    if name == "namespaces" and found.unusable_namespaces:
        return Finding(
            name=name,
            state="missing",
            text=f"they can be made, but not furnished ({found.unusable_namespaces})",
            advice="in a container, this is its hidden part of /proc: docker or podman run --security-opt "
            "systempaths=unconfined (unmask=ALL for podman), procMount: Unmasked in Kubernetes; or go on with Landlock "
            "and seccomp (level restricted)",
        )
    text, advice = _MISSING[name]()
    return Finding(name=name, state="missing", text=text, advice=advice)


def _namespaces() -> tuple[str, str]:
    if sys.platform != "linux":
        return f"{platform.system()} has none", "grade on Linux, in a virtual machine or in a container (Dockerfile)"
    if _sysctl("kernel/apparmor_restrict_unprivileged_userns") == "1":
        return (
            "AppArmor forbids unprivileged user namespaces (Ubuntu 24.04's default)",
            "as root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (in /etc/sysctl.d/ to keep it)",
        )
    if _sysctl("kernel/unprivileged_userns_clone") == "0":
        return (
            "the kernel forbids unprivileged user namespaces",
            "as root: sysctl -w kernel.unprivileged_userns_clone=1",
        )
    if _sysctl("user/max_user_namespaces") == "0":
        return "no user namespace may be made", "as root: sysctl -w user.max_user_namespaces=15000"
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        return (
            "the container's profile forbids them",
            "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
            "--security-opt systempaths=unconfined, or go on with Landlock and seccomp (level restricted)",
        )
    return "this process may not make them", "ask the machine's administrator for unprivileged user namespaces"


def _landlock() -> tuple[str, str]:
    if sys.platform != "linux":
        return f"{platform.system()} has none", "grade on Linux"
    loaded = _read("/sys/kernel/security/lsm")
    if loaded and "landlock" not in loaded:
        return "the kernel has Landlock, but it is not switched on", f"boot with lsm=landlock,{loaded}"
    return "the kernel has no Landlock", "use Linux 5.13 or newer with CONFIG_SECURITY_LANDLOCK"


def _seccomp() -> tuple[str, str]:
    if sys.platform != "linux":
        return f"{platform.system()} has none", "grade on Linux"
    if platform.machine() not in ("x86_64", "aarch64"):
        return f"there is no filter for {platform.machine()}", "grade on x86_64 or aarch64"
    return "the kernel refuses the filter", "use a kernel with CONFIG_SECCOMP_FILTER"


_MISSING: dict[str, Callable[[], tuple[str, str]]] = {
    "namespaces": _namespaces,
    "landlock": _landlock,
    "seccomp": _seccomp,
}


def _sysctl(name: str) -> str:
    return _read(f"/proc/sys/{name}")


def _read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""
