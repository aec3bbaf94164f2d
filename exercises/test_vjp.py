"""Exercise 1: public tests of `vjp`."""

import torch
import vjp


def f(x):
    return 2 * torch.stack([x[:, 0] ** 2 + x[:, 1], x[:, 1] ** 2 + x[:, 0]], dim=1)


def test_the_example():
    y, g = vjp.vjp(f, torch.tensor([[2.0, 4.0]]), torch.tensor([[1.0, 2.0]]))
    torch.testing.assert_close(y, torch.tensor([[16.0, 36.0]]), check_dtype=False)
    torch.testing.assert_close(g, torch.tensor([[12.0, 34.0]]), check_dtype=False)


def test_y_is_detached():
    y, _ = vjp.vjp(f, torch.tensor([[2.0, 4.0]], requires_grad=True), torch.tensor([[1.0, 2.0]]))
    assert not y.requires_grad


def test_x_is_left_unchanged():
    x = torch.tensor([[2.0, 4.0]], requires_grad=True)
    vjp.vjp(f, x, torch.tensor([[1.0, 2.0]]))
    assert x.grad is None
    assert x.requires_grad


def test_a_second_call_gives_the_same():
    x, v = torch.tensor([[2.0, 4.0]]), torch.tensor([[1.0, 2.0]])
    first, second = vjp.vjp(f, x, v)[1], vjp.vjp(f, x, v)[1]
    torch.testing.assert_close(first, second)
    assert not x.requires_grad
