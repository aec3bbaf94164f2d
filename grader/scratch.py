"""The folder for a run's temporary files, which does not outlive the run even if the run is killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

_PREFIX = "grader-"
_LOCK = ".lock"


@contextlib.contextmanager
def scratch_folder() -> Iterator[str]:
    """A new private folder, removed at the end; what killed runs have left behind is removed too.

    A run holds a lock on its folder as long as it lives, so that a folder whose lock is free is nobody's.
    """
    _remove_left_over(Path(tempfile.gettempdir()))
    folder = tempfile.mkdtemp(prefix=_PREFIX)
    # Locked before it has its name: nobody may find it free.
    fd, path = tempfile.mkstemp(dir=folder)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        os.rename(path, os.path.join(folder, _LOCK))
        yield folder
    finally:
        remove_folder(folder)
        os.close(fd)


def _remove_left_over(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            fd = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove_folder(folder)
            finally:
                os.close(fd)


def remove_folder(folder: str | os.PathLike[str]) -> None:
    """Removes a folder with whatever a submission has left in it, as far as that is possible; raises nothing."""
    with contextlib.suppress(RecursionError):  # thousands of folders inside of each other
        shutil.rmtree(folder, ignore_errors=True)
    if os.path.lexists(folder):
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            with contextlib.suppress(OSError):
                subprocess.run([*command, "--", folder], stdin=subprocess.DEVNULL, capture_output=True, check=False)


def remove_shared_memory(uid: int) -> None:
    """Removes what this user has left in /dev/shm, which all jobs share where they have no file system of their own."""
    with contextlib.suppress(OSError), os.scandir("/dev/shm") as entries:
        for entry in entries:
            if entry.stat(follow_symlinks=False).st_uid != uid:
                continue
            if entry.is_dir(follow_symlinks=False):
                remove_folder(entry.path)
            else:
                os.unlink(entry.path)
