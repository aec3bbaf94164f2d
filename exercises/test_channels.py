"""Exercise 5: public tests of `channels`."""

import channels
import torch

X = torch.stack([torch.arange(9.0).reshape(3, 3), torch.arange(1.0, 10.0).reshape(3, 3)])
K = torch.tensor([[[0.0, 1.0], [2.0, 3.0]], [[1.0, 2.0], [3.0, 4.0]]])


def test_corr2d_multi_in_the_example():
    torch.testing.assert_close(
        channels.corr2d_multi_in(X, K), torch.tensor([[56.0, 72.0], [104.0, 120.0]]), check_dtype=False
    )


def test_corr2d_multi_in_out_the_example():
    expected = torch.tensor(
        [[[56.0, 72.0], [104.0, 120.0]], [[76.0, 100.0], [148.0, 172.0]], [[96.0, 128.0], [192.0, 224.0]]]
    )
    torch.testing.assert_close(
        channels.corr2d_multi_in_out(X, torch.stack([K, K + 1, K + 2])), expected, check_dtype=False
    )


def test_1x1_is_a_convolution():
    images, kernels = torch.randn(3, 4, 5), torch.randn(2, 3, 1, 1)
    Y = channels.corr2d_multi_in_out_1x1(images, kernels)
    assert Y.shape == (2, 4, 5)
    torch.testing.assert_close(
        Y, channels.corr2d_multi_in_out(images, kernels), atol=1e-5, rtol=1e-5, check_dtype=False
    )


def test_gradients():
    images, kernels = torch.randn(2, 3, 4, dtype=torch.double), torch.randn(3, 2, 2, 2, dtype=torch.double)
    Y = channels.corr2d_multi_in_out(images.requires_grad_(), kernels.requires_grad_())
    Y.sum().backward()
    assert images.grad is not None
    assert kernels.grad is not None
    # Finite differences need double precision; a result in single precision is right too.
    if Y.dtype == torch.double:
        assert torch.autograd.gradcheck(channels.corr2d_multi_in_out, (images, kernels))
