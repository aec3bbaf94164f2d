"""The system calls that Python has no name for."""

from __future__ import annotations

import ctypes
import os
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000

MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
MNT_DETACH = 2
MAP_SHARED, MAP_ANONYMOUS = 1, 0x20

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38

# Numbers from 424 on are the same on every architecture.
SYS_MOUNT_SETATTR, SYS_LANDLOCK_CREATE_RULESET, SYS_LANDLOCK_ADD_RULE, SYS_LANDLOCK_RESTRICT_SELF = 442, 444, 445, 446
SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

MADV_COLLAPSE = 25

AT_RECURSIVE = 0x8000
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV = 1, 2, 4


def check(result: int, what: str) -> int:
    """`result`, or the `OSError` of the call that gave −1."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(number: int, *args: Any) -> int:
    """A raw system call."""
    return check(_LIBC.syscall(ctypes.c_long(number), *args), f"system call {number}")


def unshare(flags: int) -> None:
    """Moves this process (or its next child) into new namespaces."""
    check(_LIBC.unshare(flags), "unshare")


def prctl(option: int, value: int = 0, *rest: Any) -> None:
    """Sets an attribute of this process."""
    arguments = [*rest, *([0] * (3 - len(rest)))]
    check(_LIBC.prctl(option, ctypes.c_ulong(value), *arguments), f"prctl {option}")


def mount(source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
    """Mounts `source` at `target`."""
    result = _LIBC.mount(
        source.encode(), target.encode(), kind.encode() if kind else None, ctypes.c_ulong(flags), data.encode()
    )
    check(result, f"mount {target}")


def umount(target: str) -> None:
    """Detaches the mount at `target`."""
    check(_LIBC.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    """Makes `new` the root of this mount namespace."""
    syscall(SYS_PIVOT_ROOT[os.uname().machine], ctypes.c_char_p(new.encode()), ctypes.c_char_p(old.encode()))


class _MountAttr(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("attr_set", "attr_clr", "propagation", "userns_fd")]


def set_mount_attributes(target: str, attributes: int, *, recursive: bool = True) -> None:
    """Adds mount attributes (read-only, nosuid, …) to the mount at `target` and those below it."""
    attr = _MountAttr(attr_set=attributes)
    flags = AT_RECURSIVE if recursive else 0
    syscall(SYS_MOUNT_SETATTR, -100, ctypes.c_char_p(target.encode()), flags, ctypes.byref(attr), ctypes.sizeof(attr))


def madvise(address: int, length: int, advice: int) -> None:
    """Tells the kernel what is to become of these bytes of this process's memory."""
    check(_LIBC.madvise(ctypes.c_void_p(address), ctypes.c_size_t(length), advice), "madvise")


def drop_capabilities() -> None:
    """Gives up every capability, and the possibility of getting one back."""
    for capability in range(64):
        if _LIBC.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) < 0:
            break
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)()
    check(_LIBC.capset(ctypes.byref(header), ctypes.byref(data)), "capset")
