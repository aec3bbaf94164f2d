"""nbgrader's configuration for this course, written by `grader notebooks`."""

import os

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "{course_id}"
c.IncludeHeaderFooter.header = "source/header.ipynb"
c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("not written yet")'}

c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "grader.notebooks.preprocess.PlainDuplicates",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# Graded cells are filled in by the course's grader, in its sandbox. No code of a submission runs in a kernel. Without
# these lines nbgrader executes notebooks as it always does: the marks are the same, but students can forge them.
c.Autograde.autograde_preprocessors = [
    "grader.notebooks.preprocess.SandboxedGrades",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "grader.notebooks.preprocess.SaveEveryGrade",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
os.environ["GRADER_COURSE"] = "{course_file}"
c.ExecutePreprocessor.timeout = 600
