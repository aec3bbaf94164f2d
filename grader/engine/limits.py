"""The bounds of a job and of each call in it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Limits(BaseModel):
    """What one exercise of one submission may use."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    call_cpu_s: float = Field(default=5, gt=0, description="CPU seconds of one call of student code")
    call_wall_s: float = Field(default=30, gt=0, description="seconds that one call may take by the clock")
    job_cpu_s: int = Field(default=120, gt=0, description="CPU seconds of all calls together")
    job_wall_s: float = Field(default=600, gt=0, description="seconds that all calls together may take by the clock")
    memory_mb: int = Field(default=2048, gt=0, description="memory of all processes together, beyond torch itself")
    processes: int = Field(default=64, gt=0)
    open_files: int = Field(default=256, ge=32)
    file_mb: int = Field(default=256, gt=0, description="the largest file")
    scratch_mb: int = Field(default=256, gt=0, description="all files together")
    scratch_inodes: int = Field(default=10_000, ge=100)
    output_mb: int = Field(default=16, gt=0, description="what may be printed")
    reply_mb: int = Field(default=256, gt=0, description="the largest returned value")
    handles: int = Field(default=10_000, gt=0, description="objects returned by reference in one test")
