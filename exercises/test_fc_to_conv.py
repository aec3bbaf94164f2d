"""Exercise 3: public tests of `fc_to_conv`."""

import fc_to_conv
import torch


def test_conv_matrix_the_example():
    expected = torch.tensor(
        [
            [1.0, 2.0, 0.0, 0.0, 0.0, 0.0],
            [0.0, 1.0, 2.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 1.0, 2.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 1.0, 2.0],
        ]
    )
    torch.testing.assert_close(fc_to_conv.conv_matrix(torch.tensor([[1.0, 2.0]]), (2, 3)), expected, check_dtype=False)


def test_conv_matrix_computes_the_cross_correlation():
    X, K = torch.arange(9.0).reshape(3, 3), torch.tensor([[0.0, 1.0], [2.0, 3.0]])
    torch.testing.assert_close(
        fc_to_conv.conv_matrix(K, (3, 3)).float() @ X.flatten(),
        torch.tensor([19.0, 25.0, 37.0, 43.0]),
        check_dtype=False,
    )


def test_dense_param_count():
    assert fc_to_conv.dense_param_count((28, 28), (28, 28)) == 615_440


def test_conv_param_count():
    assert fc_to_conv.conv_param_count(1, 1, (5, 5)) == 26
    assert fc_to_conv.conv_param_count(6, 16, (5, 5)) == 2416
