"""A seccomp filter: what no PyTorch program needs is refused by the kernel with EPERM."""

from __future__ import annotations

import ctypes
import os
import struct

from . import libc

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_AF_UNIX, _SOCK_STREAM, _SOCK_TYPES = 1, 1, 15
_LOAD, _AND, _JUMP_EQ, _JUMP_GE, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_ALLOW, _ERRNO_EPERM, _ERRNO_ENOSYS, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
_IGNORE = 0x00050000

# Refused outright, by name, with the numbers of x86_64 and of the generic table that aarch64 uses.
_DENIED: dict[str, tuple[int | None, int | None]] = {
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    # Memory that no process's figures show: files without a place, pages that a pipe keeps.
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "vmsplice": (278, 75),
    "splice": (275, 76),
    "tee": (276, 77),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "personality": (135, 92),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "fanotify_init": (300, 262),
}
# Where a job is not in namespaces of its own, other processes and files of the same user lie before it. Of what can be
# done to these, the following is refused; the second kind seems to succeed, so that copying a file goes on working.
_DENIED_AMONG_OTHERS: dict[str, tuple[int | None, int | None]] = {
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "setxattrat": (463, 463),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    "ioprio_set": (251, 30),
}
_IGNORED_AMONG_OTHERS: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "lchown": (94, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
}
# These may be asked for the calling process or thread only, which is number zero.
_FOR_ITSELF: dict[str, tuple[int, int]] = {
    "prlimit64": (302, 261),
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
}
_SIGNALS: dict[str, tuple[int | None, int | None]] = {
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
}
# fcntl: F_SETOWN, F_SETOWN_EX; ioctl: FIOSETOWN, SIOCSPGRP.
_OWNING = (((72, 25), (8, 15)), ((16, 29), (0x8901, 0x8902)))
_TRUNCATE: dict[str, tuple[int | None, int | None]] = {"truncate": (76, 45)}
_OPEN, _OPENAT, _OPENAT2, _SETPRIORITY = (2, None), (257, 56), (437, 437), (141, 140)
_ACCESS_MODES, _TRUNCATES = os.O_ACCMODE, os.O_TRUNC
# Refused as unknown: a program then falls back to the older call, whose flags the filter can read.
_UNKNOWN: dict[str, tuple[int, int]] = {"clone3": (435, 435)}
_CLONE = (56, 220)
_SOCKET, _SOCKETPAIR, _CONNECT = (41, 198), (53, 199), (42, 203)
_MMAP, _PRCTL, _SETSOCKOPT = (9, 222), (157, 167), (54, 208)
_SHARED_ANONYMOUS = libc.MAP_SHARED | libc.MAP_ANONYMOUS
_SOL_SOCKET, _SO_REUSEADDR = 1, 2
_NEW_NAMESPACES = (
    libc.CLONE_NEWNS
    | libc.CLONE_NEWUTS
    | libc.CLONE_NEWIPC
    | libc.CLONE_NEWUSER
    | libc.CLONE_NEWPID
    | libc.CLONE_NEWNET
    | 0x02000000  # control groups
)
_X32_BIT = 0x40000000
_JUMP_SET = 0x45


def restrict(*, alone: bool, landlock_abi: int = 0) -> None:
    """Installs the filter for this process and its children; raises `OSError` where that is not possible.

    `alone` says that the job is in namespaces of its own. Where it is not, its sockets reach nothing that has a name:
    every service of this user and of the system has one, and Landlock lets it through. Nor does it change what other
    processes of this user are allowed, or to whom files belong; of what `landlock_abi`, the version of Landlock that is
    in force, leaves free it neither truncates files nor sends signals.
    """
    machine = os.uname().machine
    if machine not in _ARCHITECTURES:
        raise OSError(f"no system call filter for {machine}")
    program = _program(machine, alone, landlock_abi)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    libc.prctl(libc.PR_SET_SECCOMP, 2, ctypes.c_char_p(header))


def _program(machine: str, alone: bool, landlock_abi: int) -> bytes:
    column = 0 if machine == "x86_64" else 1
    code = [_op(_LOAD, 4), _op(_JUMP_EQ, _ARCHITECTURES[machine], 1, 0), _op(_RETURN, _KILL), _op(_LOAD, 0)]
    if machine == "x86_64":
        code += [_op(_JUMP_GE, _X32_BIT, 0, 1), _op(_RETURN, _KILL)]
    for numbers in _DENIED.values():
        number = numbers[column]
        if number is not None:
            code += [_op(_JUMP_EQ, number, 0, 1), _op(_RETURN, _ERRNO_EPERM)]
    for pair in _UNKNOWN.values():
        code += [_op(_JUMP_EQ, pair[column], 0, 1), _op(_RETURN, _ERRNO_ENOSYS)]
    # clone: no new namespaces (first argument, low half).
    code += [
        _op(_JUMP_EQ, _CLONE[column], 0, 4),
        _op(_LOAD, 16),
        _op(_JUMP_SET, _NEW_NAMESPACES, 0, 1),
        _op(_RETURN, _ERRNO_EPERM),
        _op(_RETURN, _ALLOW),
    ]
    # mmap: shared memory without a file stays when no process shows it any more.
    code += [
        _op(_JUMP_EQ, _MMAP[column], 0, 5),
        _op(_LOAD, 40),
        _op(_AND, _SHARED_ANONYMOUS),
        _op(_JUMP_EQ, _SHARED_ANONYMOUS, 0, 1),
        _op(_RETURN, _ERRNO_EPERM),
        _op(_RETURN, _ALLOW),
    ]
    # prctl: a process cannot hide from the one that measures it.
    code += [
        _op(_JUMP_EQ, _PRCTL[column], 0, 4),
        _op(_LOAD, 16),
        _op(_JUMP_EQ, libc.PR_SET_DUMPABLE, 0, 1),
        _op(_RETURN, _ERRNO_EPERM),
        _op(_RETURN, _ALLOW),
    ]
    # setsockopt: no larger buffers, no filters; multiprocessing sets SO_REUSEADDR.
    code += [
        _op(_JUMP_EQ, _SETSOCKOPT[column], 0, 6),
        _op(_LOAD, 24),
        _op(_JUMP_EQ, _SOL_SOCKET, 0, 3),
        _op(_LOAD, 32),
        _op(_JUMP_EQ, _SO_REUSEADDR, 0, 1),
        _op(_RETURN, _ALLOW),
        _op(_RETURN, _ERRNO_EPERM),
    ]
    if not alone:
        code += [_op(_JUMP_EQ, _CONNECT[column], 0, 1), _op(_RETURN, _ERRNO_EPERM)]
        code += _among_others(column, landlock_abi)
    # Datagrams can be sent to a name without being connected to it.
    kinds = [] if alone else [_op(_LOAD, 24), _op(_AND, _SOCK_TYPES), _op(_JUMP_EQ, _SOCK_STREAM, 0, 1)]
    for pair in (_SOCKET, _SOCKETPAIR):
        code += [
            _op(_JUMP_EQ, pair[column], 0, 4 + len(kinds)),
            _op(_LOAD, 16),
            _op(_JUMP_EQ, _AF_UNIX, 0, 1 + len(kinds)),
            *kinds,
            _op(_RETURN, _ALLOW),
            _op(_RETURN, _ERRNO_EPERM),
        ]
    code.append(_op(_RETURN, _ALLOW))
    return b"".join(code)


def _among_others(column: int, landlock_abi: int) -> list[bytes]:
    code = []
    denied = _DENIED_AMONG_OTHERS | (_SIGNALS if landlock_abi < 6 else {}) | (_TRUNCATE if landlock_abi < 3 else {})
    answers = [(denied, _ERRNO_EPERM), (_IGNORED_AMONG_OTHERS, _IGNORE)]
    for calls, answer in answers:
        for numbers in calls.values():
            number = numbers[column]
            if number is not None:
                code += [_op(_JUMP_EQ, number, 0, 1), _op(_RETURN, answer)]
    for pair in _FOR_ITSELF.values():
        code += [
            _op(_JUMP_EQ, pair[column], 0, 4),
            _op(_LOAD, 16),
            _op(_JUMP_EQ, 0, 1, 0),
            _op(_RETURN, _ERRNO_EPERM),
            _op(_RETURN, _ALLOW),
        ]
    # setpriority: of this process (kind 0, number 0), not of all processes of the user.
    code += [
        _op(_JUMP_EQ, _SETPRIORITY[column], 0, 6),
        _op(_LOAD, 16),
        _op(_JUMP_EQ, 0, 0, 2),
        _op(_LOAD, 24),
        _op(_JUMP_EQ, 0, 1, 0),
        _op(_RETURN, _ERRNO_EPERM),
        _op(_RETURN, _ALLOW),
    ]
    if landlock_abi < 6:
        # The owner of a descriptor is sent signals.
        for pair, owning in _OWNING:
            code += [
                _op(_JUMP_EQ, pair[column], 0, 5),
                _op(_LOAD, 24),
                _op(_JUMP_EQ, owning[0], 1, 0),
                _op(_JUMP_EQ, owning[1], 0, 1),
                _op(_RETURN, _ERRNO_EPERM),
                _op(_RETURN, _ALLOW),
            ]
    # A file that is opened for reading can be truncated nevertheless.
    code += [_op(_JUMP_EQ, _OPENAT2[column], 0, 1), _op(_RETURN, _ERRNO_ENOSYS)]
    for opening, flags_at in ((_OPEN, 24), (_OPENAT, 32)):
        number = opening[column]
        if number is not None:
            code += [
                _op(_JUMP_EQ, number, 0, 5),
                _op(_LOAD, flags_at),
                _op(_AND, _TRUNCATES | _ACCESS_MODES),
                _op(_JUMP_EQ, _TRUNCATES, 0, 1),
                _op(_RETURN, _ERRNO_EPERM),
                _op(_RETURN, _ALLOW),
            ]
    return code


def _op(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, operand)
