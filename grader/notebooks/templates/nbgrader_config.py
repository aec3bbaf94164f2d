"""nbgrader's configuration for this course, written by `grader notebooks`."""

import os
import warnings

# nbgrader's own, with SQLAlchemy 2: they are about no course and no student.
warnings.filterwarnings("ignore", message="Object of type <Submitted")

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = {course_id}  # noqa: F821
c.IncludeHeaderFooter.header = "source/header.ipynb"
c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("not written yet")'}

# Submitted text is stored as plain text, and graded cells are filled in by the course's grader, in its sandbox: no code
# of a submission runs in a kernel or in a browser. Without these lines nbgrader executes notebooks as it always does:
# the marks are the same, but students can forge them.
c.Autograde.sanitize_preprocessors = {sanitize}  # noqa: F821
c.Autograde.autograde_preprocessors = {autograde}  # noqa: F821
c.ExportApp.plugin_class = "grader.notebooks.export.RoundedExport"
os.environ["GRADER_COURSE"] = {course_file}  # noqa: F821
c.ExecutePreprocessor.timeout = 600
