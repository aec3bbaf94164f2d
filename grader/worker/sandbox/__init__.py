"""Isolation of one job, with what Linux offers an ordinary user: namespaces, Landlock, seccomp, resource limits."""

from .enter import Sandbox
from .settings import SandboxSettings

__all__ = ["Sandbox", "SandboxSettings"]
