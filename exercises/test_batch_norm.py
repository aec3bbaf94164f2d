"""Exercise 8: public tests of `batch_norm`."""

import batch_norm
import torch

ONE, ZERO = torch.ones(1, 1), torch.zeros(1, 1)


def test_training_the_example():
    Y, moving_mean, moving_var = batch_norm.batch_norm(
        torch.tensor([[1.0], [3.0]]), ONE, ZERO, torch.zeros(1, 1), torch.ones(1, 1), eps=0.0, momentum=0.9
    )
    torch.testing.assert_close(Y, torch.tensor([[-1.0], [1.0]]))
    torch.testing.assert_close(moving_mean, torch.tensor([[0.2]]))
    torch.testing.assert_close(moving_var, torch.tensor([[1.0]]))


def test_prediction_uses_the_moving_averages():
    with torch.no_grad():
        Y, moving_mean, moving_var = batch_norm.batch_norm(
            torch.tensor([[1.0], [3.0]]), ONE, ZERO, 2 * ONE, 4 * ONE, eps=0.0, momentum=0.9
        )
    torch.testing.assert_close(Y, torch.tensor([[-0.5], [0.5]]))
    torch.testing.assert_close(moving_mean, 2 * ONE)
    torch.testing.assert_close(moving_var, 4 * ONE)


def test_layer_normalises_each_channel():
    layer = batch_norm.BatchNorm(3, num_dims=4).train()
    Y = layer(5 + 2 * torch.randn(4, 3, 5, 6))
    assert Y.shape == (4, 3, 5, 6)
    torch.testing.assert_close(Y.mean(dim=(0, 2, 3)), torch.zeros(3), atol=1e-4, rtol=0)
    torch.testing.assert_close(Y.std(dim=(0, 2, 3), unbiased=False), torch.ones(3), atol=1e-3, rtol=0)


def test_layer_parameters_and_state():
    layer = batch_norm.BatchNorm(3, num_dims=2)
    assert {name for name, _ in layer.named_parameters()} == {"gamma", "beta"}
    for value in (layer.gamma, layer.beta, layer.moving_mean, layer.moving_var):
        assert value.shape == (1, 3)


def test_lenet_bn():
    net = batch_norm.lenet_bn()
    assert net(torch.randn(4, 1, 28, 28)).shape == (4, 10)
    assert sum(isinstance(module, batch_norm.BatchNorm) for module in net.modules()) == 4


def test_the_layer_works_on_the_second_gpu(gpus):
    layer = batch_norm.BatchNorm(3, 4).to("cuda:1")
    X = torch.randn(2, 3, 4, 4, device="cuda:1")
    assert layer(X).device == X.device
    layer.eval()
    with torch.no_grad():
        assert layer(X).device == X.device
