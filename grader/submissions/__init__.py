"""What was handed in: finding the submissions among the arguments, and reading their files without running them."""

from .aside import Aside
from .contents import Contents, read_contents
from .find import HandedIn, find_submissions

__all__ = ["Aside", "Contents", "HandedIn", "find_submissions", "read_contents"]
