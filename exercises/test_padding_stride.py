"""Exercise 4: public tests of `padding_stride`."""

import padding_stride
import torch


def test_conv_output_shape():
    assert tuple(padding_stride.conv_output_shape((8, 8), (3, 5), (0, 2), (3, 4))) == (2, 2)
    assert tuple(padding_stride.conv_output_shape((8, 8), (3, 3), (2, 2))) == (8, 8)


def test_same_padding():
    assert tuple(padding_stride.same_padding((5, 3))) == (4, 2)


def test_corr2d_padded_the_example():
    X, K = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.ones(2, 2)
    torch.testing.assert_close(
        padding_stride.corr2d_padded(X, K, (1, 1)), torch.tensor([[1.0, 3.0], [4.0, 10.0]]), check_dtype=False
    )


def test_corr2d_padded_stride():
    X, K = torch.arange(9.0).reshape(3, 3), torch.tensor([[0.0, 1.0], [2.0, 3.0]])
    Y = padding_stride.corr2d_padded(X, K, padding=(2, 2), stride=(3, 2))
    torch.testing.assert_close(Y, torch.tensor([[0.0, 8.0], [6.0, 8.0]]), check_dtype=False)


def test_receptive_field():
    assert padding_stride.receptive_field([]) == 1
    assert padding_stride.receptive_field([(3, 1), (3, 1)]) == 5
    assert padding_stride.receptive_field([(3, 2), (3, 1)]) == 7
