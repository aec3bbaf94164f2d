"""Exercise 2: public tests of `corr2d`."""

import corr2d
import pytest
import torch

X = torch.arange(9.0).reshape(3, 3)
K = torch.tensor([[0.0, 1.0], [2.0, 3.0]])


def test_corr2d_the_example():
    torch.testing.assert_close(corr2d.corr2d(X, K), torch.tensor([[19.0, 25.0], [37.0, 43.0]]), check_dtype=False)


def test_corr2d_integers():
    Y = corr2d.corr2d(X.long(), K.long())
    assert Y.is_floating_point()
    torch.testing.assert_close(Y, torch.tensor([[19.0, 25.0], [37.0, 43.0]]), check_dtype=False)


@pytest.mark.parametrize(("x_size", "k_size"), [((3, 5), (2, 3)), ((6, 4), (1, 4)), ((4, 6), (3, 1))])
def test_corr2d_shape(x_size, k_size):
    Y = corr2d.corr2d(torch.randn(x_size), torch.randn(k_size))
    assert Y.shape == (x_size[0] - k_size[0] + 1, x_size[1] - k_size[1] + 1)


def test_corr2d_gradients():
    inputs = [torch.randn(4, 5, dtype=torch.double), torch.randn(2, 3, dtype=torch.double)]
    Y = corr2d.corr2d(*[tensor.requires_grad_() for tensor in inputs])
    Y.sum().backward()
    assert all(tensor.grad is not None for tensor in inputs)
    # Finite differences need double precision; a result in single precision is right too.
    if Y.dtype == torch.double:
        assert torch.autograd.gradcheck(corr2d.corr2d, inputs)


def test_conv2d_flips_the_kernel():
    flipped = torch.tensor([[3.0, 2.0], [1.0, 0.0]])
    torch.testing.assert_close(corr2d.conv2d(X, flipped), torch.tensor([[19.0, 25.0], [37.0, 43.0]]), check_dtype=False)


def test_layer():
    layer = corr2d.Conv2D((2, 2))
    assert layer.weight.shape == (2, 2)
    assert layer.bias.shape == (1,)
    with torch.no_grad():
        layer.weight.copy_(K)
        layer.bias.fill_(0.5)
    torch.testing.assert_close(layer(X), torch.tensor([[19.5, 25.5], [37.5, 43.5]]), check_dtype=False)


def test_learn_kernel_finds_the_edge_detector():
    image = torch.ones(6, 8)
    image[:, 2:6] = 0
    edges = torch.zeros(6, 7)
    edges[:, 1], edges[:, 5] = 1, -1
    weight, bias = corr2d.learn_kernel(image, edges, (1, 2), num_steps=30, lr=0.01)
    torch.testing.assert_close(weight, torch.tensor([[1.0, -1.0]]), atol=0.3, rtol=0, check_dtype=False)
    torch.testing.assert_close(bias, torch.zeros(1), atol=0.3, rtol=0, check_dtype=False)
    assert not weight.requires_grad
    assert not bias.requires_grad
