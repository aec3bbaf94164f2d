"""The hidden tests of a course, as a runner collects them: what graded cells are worth."""

from __future__ import annotations

from grader.course import Course
from grader.runner.messages import RunSettings
from grader.runner.pool import RunnerPool
from grader.scoring import TestSpec
from grader.scratch import scratch_folder


def collected_tests(course: Course) -> list[TestSpec]:
    """Every test that `grader grade` would run here; raises `GraderError` where it could not."""
    exercises = tuple(exercise.id for exercise in course.exercises)
    with scratch_folder() as scratch:
        settings = RunSettings(
            str(course.file),
            exercises,
            ("accuracy",),
            "auto",
            "auto",
            1,
            trust_submissions=True,
            scratch_root=scratch,
        )
        pool = RunnerPool(settings, 1)
        try:
            return list(pool.start().tests)
        finally:
            pool.close()
