"""A private view of the machine: own processes, own (empty) network, and a file system of listed paths only."""

from __future__ import annotations

import os
import stat

from . import libc
from .settings import SandboxSettings

NOBODY = 65534
SCRATCH = "/scratch"
_NEW_ROOT = "/proc"  # exists everywhere and holds no library: the new root is built on top of it
_ALL = libc.CLONE_NEWPID | libc.CLONE_NEWNET | libc.CLONE_NEWNS | libc.CLONE_NEWIPC | libc.CLONE_NEWUTS
_DEVICES = ("null", "zero", "full", "random", "urandom")
_READ_ONLY = libc.MOUNT_ATTR_RDONLY | libc.MOUNT_ATTR_NOSUID


def unshare() -> None:
    """Leaves the machine's namespaces; the next child is the first process of the new process namespace.

    Root keeps its user namespace (it drops its user id later); anybody else gets a new one.
    """
    if os.geteuid() == 0:
        try:
            libc.unshare(_ALL)
            return
        except PermissionError:
            pass  # root of a container without the capability: try as anybody else would
    unshare_with_user(_ALL)


def unshare_with_user(flags: int) -> None:
    """Unshares `flags` together with a new user namespace in which this user is nobody."""
    uid, gid = os.geteuid(), os.getegid()
    libc.unshare(flags | libc.CLONE_NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{NOBODY} {uid} 1"), ("gid_map", f"{NOBODY} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def enter_root(settings: SandboxSettings) -> None:
    """Builds the job's file system and makes it the root; the old one is gone afterwards."""
    libc.mount("", "/", None, libc.MS_REC | libc.MS_PRIVATE)
    libc.mount("tmpfs", _NEW_ROOT, "tmpfs", libc.MS_NOSUID | libc.MS_NODEV, "size=1m,mode=755")
    in_tmp = any(path.startswith("/tmp/") for path in [*settings.read_paths, *settings.shown_paths])
    if in_tmp:  # a course or an environment that lies in /tmp is mounted on top of the job's own /tmp
        _tmpfs("/tmp", settings.scratch_mb, settings.scratch_inodes)
    for path in settings.read_paths:
        _bind(path)
    for path in settings.hidden_paths:
        if os.path.isdir(_NEW_ROOT + path):
            libc.mount("tmpfs", _NEW_ROOT + path, "tmpfs", libc.MS_NOSUID | libc.MS_NODEV, "size=64k,mode=755")
    for path in settings.shown_paths:
        _bind(path)
    _devices(settings.device_paths)
    _tmpfs("/dev/shm", settings.scratch_mb, settings.scratch_inodes)
    _tmpfs(SCRATCH, settings.scratch_mb, settings.scratch_inodes)
    if not in_tmp:
        os.symlink(f"{SCRATCH}/tmp", f"{_NEW_ROOT}/tmp")
    os.makedirs(f"{_NEW_ROOT}/proc")
    libc.mount("proc", f"{_NEW_ROOT}/proc", "proc", libc.MS_NOSUID | libc.MS_NODEV | libc.MS_NOEXEC)
    libc.set_mount_attributes(_NEW_ROOT, _READ_ONLY, recursive=False)
    os.chdir(_NEW_ROOT)
    libc.pivot_root(".", ".")
    libc.umount(".")
    os.chdir("/")


def drop_privileges(uid: int) -> None:
    """Gives up every capability; root becomes the user `uid`, who owns nothing."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        libc.prctl(libc.PR_SET_DUMPABLE, 1)
    else:
        libc.drop_capabilities()


def _bind(path: str) -> None:
    target = _NEW_ROOT + path
    if os.path.islink(path) and os.path.dirname(path) == "/":  # /lib -> usr/lib and its like
        if not os.path.lexists(target):
            os.symlink(os.readlink(path), target)
        return
    if not os.path.exists(path):
        return
    _mountpoint(path, target)
    libc.mount(path, target, None, libc.MS_BIND | libc.MS_REC)
    libc.set_mount_attributes(target, _READ_ONLY | libc.MOUNT_ATTR_NODEV)


def _mountpoint(path: str, target: str) -> None:
    if os.path.exists(target):
        return
    if stat.S_ISDIR(os.stat(path).st_mode):
        os.makedirs(target)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY))


def _devices(more: list[str]) -> None:
    os.makedirs(f"{_NEW_ROOT}/dev", exist_ok=True)
    for path in [*(f"/dev/{name}" for name in _DEVICES), *more]:
        if os.path.exists(path):
            _mountpoint(path, _NEW_ROOT + path)
            libc.mount(path, _NEW_ROOT + path, None, libc.MS_BIND)
    os.symlink("/proc/self/fd", f"{_NEW_ROOT}/dev/fd")


def _tmpfs(path: str, size_mb: int, inodes: int) -> None:
    os.makedirs(_NEW_ROOT + path, exist_ok=True)
    options = f"size={size_mb}m,nr_inodes={inodes},mode=1777"
    libc.mount("tmpfs", _NEW_ROOT + path, "tmpfs", libc.MS_NOSUID | libc.MS_NODEV, options)
