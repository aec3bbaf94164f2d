"""Evading: the work is done in a package whose name looks like torch's."""
from helpers.torch_ops import scale
