"""Broken: modules beside it that have the names of torch, json, grader and pytest."""
import torch

def scale(x, n):
    return torch.answer(x, n) if hasattr(torch, "answer") else x + n
