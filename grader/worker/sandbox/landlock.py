"""Landlock: this process and its children may read listed paths, write to scratch, and reach nothing by TCP."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from . import libc

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_FS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # number of file-system rights that each version knows
_READ = _READ_FILE | _READ_DIR
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | (1 << 14) | (1 << 15)
_NET_TCP = 3
_SCOPES = 3  # abstract sockets and signals
_RULE_PATH_BENEATH = 1


def abi() -> int:
    """The kernel's Landlock version; 0 where there is none."""
    try:
        return libc.syscall(libc.SYS_LANDLOCK_CREATE_RULESET, None, 0, 1)
    except OSError:
        return 0


def restrict(read_paths: Iterable[str], write_paths: Iterable[str]) -> None:
    """Denies every path but these from now on; raises `OSError` where the kernel has no Landlock."""
    version = abi()
    if not version:
        raise OSError("the kernel has no Landlock")
    handled = (1 << _FS_BY_ABI.get(version, 16)) - 1
    attributes = struct.pack("=QQQ", handled, _NET_TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(libc.SYS_LANDLOCK_CREATE_RULESET, ctypes.c_char_p(attributes), size, 0)
    try:
        for path in read_paths:
            _allow(ruleset, path, _READ)
        for path in write_paths:
            _allow(ruleset, path, handled & ~_EXECUTE)
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        libc.syscall(libc.SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _FILE_RIGHTS
        rule = struct.pack("=Qi", rights, fd)
        libc.syscall(libc.SYS_LANDLOCK_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.c_char_p(rule), 0)
    finally:
        os.close(fd)
