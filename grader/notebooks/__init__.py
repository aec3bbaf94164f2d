"""Notebooks: the course as nbgrader assignments, and completed notebooks as submissions."""
