"""What a job may use and see."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Limits of one job, and the paths of this machine that it may read."""

    uid: int
    """The user id that a job of a grader run by root drops to: one of its own, so that limits per user are per job."""
    cpu_s: int
    """CPU seconds of each process; the trusted side counts all of them together."""
    memory_mb: int
    """Address space that each process may add to the zygote's."""
    processes: int
    open_files: int
    file_mb: int
    """The largest file that may be written; it also bounds shared memory."""
    scratch_mb: int
    scratch_inodes: int
    fallback_scratch_dir: str
    """A private directory of this machine, used where no mount namespace can be had."""
    read_paths: list[str] = field(default_factory=list)
    hidden_paths: list[str] = field(default_factory=list)
    """Paths inside `read_paths` that the job must not see."""
    shown_paths: list[str] = field(default_factory=list)
    """Paths inside `hidden_paths` that it may read all the same."""
    device_paths: list[str] = field(default_factory=list)
    """Device nodes beyond the harmless ones: those of a GPU."""
    mechanisms: list[str] = field(default_factory=lambda: ["namespaces", "landlock", "seccomp"])
    """The mechanisms to try; what is in force is reported by the job before any student code runs."""
