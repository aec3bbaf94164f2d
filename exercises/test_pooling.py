"""Exercise 6: public tests of `pooling`."""

import pooling
import pytest
import torch

X = torch.arange(9.0).reshape(3, 3)
IMAGE = torch.arange(16.0).reshape(1, 1, 4, 4)


def test_pool2d_max():
    torch.testing.assert_close(pooling.pool2d(X, (2, 2)), torch.tensor([[4.0, 5.0], [7.0, 8.0]]), check_dtype=False)


def test_pool2d_avg():
    torch.testing.assert_close(
        pooling.pool2d(X, (2, 2), "avg"), torch.tensor([[2.0, 3.0], [5.0, 6.0]]), check_dtype=False
    )


def test_pool2d_integers():
    Y = pooling.pool2d(X.long(), (2, 2), "avg")
    assert Y.is_floating_point()
    torch.testing.assert_close(Y, torch.tensor([[2.0, 3.0], [5.0, 6.0]]), check_dtype=False)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"pool_size": 3}, [[10.0]]),
        ({"pool_size": 3, "padding": 1, "stride": 2}, [[5.0, 7.0], [13.0, 15.0]]),
        ({"pool_size": (2, 3), "stride": (2, 3), "padding": (0, 1)}, [[5.0, 7.0], [13.0, 15.0]]),
        ({"pool_size": (2, 4), "padding": (1, 2), "stride": (2, 3)}, [[1.0, 3.0], [9.0, 11.0], [13.0, 15.0]]),
    ],
)
def test_padding_and_stride(options, expected):
    torch.testing.assert_close(
        pooling.pool2d_multi_channel(IMAGE, **options), torch.tensor([[expected]]), check_dtype=False
    )


def test_channels_are_pooled_one_by_one():
    Y = pooling.pool2d_multi_channel(torch.cat([IMAGE, IMAGE + 1], dim=1), 3, padding=1, stride=2)
    torch.testing.assert_close(
        Y, torch.tensor([[[[5.0, 7.0], [13.0, 15.0]], [[6.0, 8.0], [14.0, 16.0]]]]), check_dtype=False
    )


def test_strides_that_differ():
    Y = pooling.pool2d_multi_channel(torch.arange(32.0).reshape(1, 2, 4, 4), 3, padding=1, stride=(2, 1))
    first = torch.tensor([[5.0, 6.0, 7.0, 7.0], [13.0, 14.0, 15.0, 15.0]])
    torch.testing.assert_close(Y, torch.stack([first, first + 16])[None], check_dtype=False)


def test_gradients():
    image = torch.randperm(24).double().reshape(1, 1, 4, 6).requires_grad_()
    for mode in ("max", "avg"):
        image.grad = None
        Y = pooling.pool2d_multi_channel(image, 2, mode)
        Y.sum().backward()
        assert image.grad is not None
        # Finite differences need double precision; a result in single precision is right too.
        if Y.dtype == torch.double:
            assert torch.autograd.gradcheck(lambda x, mode=mode: pooling.pool2d_multi_channel(x, 2, mode), image)
