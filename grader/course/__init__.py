"""The course as data: what `course.yaml` says, checked."""

from .loader import CourseError, find_course, load_course
from .model import AccuracyProtocol, Course, Exercise, ForbiddenOperations

__all__ = [
    "AccuracyProtocol",
    "Course",
    "CourseError",
    "Exercise",
    "ForbiddenOperations",
    "find_course",
    "load_course",
]
