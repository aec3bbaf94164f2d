"""What of a worker's isolation holds on this machine: tried, not guessed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .errors import ZygoteError
from .limits import Limits
from .worker import Surroundings, Worker
from .zygote import Zygote


@dataclass(frozen=True, slots=True)
class Probe:
    """The mechanisms in force, and why namespaces, which can be made here, cannot be used, if so."""

    in_force: set[str]
    unusable_namespaces: str = ""


def probe(zygote: Zygote, limits: Limits, surroundings: Surroundings) -> Probe:
    """Starts a worker; where its namespaces cannot be furnished, as in many containers, one without them.

    Raises `IsolationError` below the level that `surroundings` require, `ZygoteError` where no worker starts.
    """
    reason = ""
    try:
        worker = Worker(zygote, limits, surroundings)
    except ZygoteError as error:
        others = [name for name in surroundings.mechanisms if name != "namespaces"]
        if others == surroundings.mechanisms:
            raise
        reason = str(error)
        worker = Worker(zygote, limits, replace(surroundings, mechanisms=others))
    worker.close()
    return Probe(worker.in_force, reason)
