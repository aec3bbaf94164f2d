"""Exercise 11: public tests of `training`."""

import pytest
import torch
import training
from torch import nn


def batches(*sizes):
    """Batches of points in four classes: which quadrant is it?"""
    points = [torch.randn(size, 2) for size in sizes]
    return [(X, (X[:, 0] > 0).long() + 2 * (X[:, 1] > 0).long()) for X in points]


def net():
    return nn.Sequential(nn.Linear(2, 16), nn.Sigmoid(), nn.Linear(16, 4))


def test_try_gpu_takes_the_cpu_where_there_is_no_gpu():
    assert training.try_gpu(1000) == torch.device("cpu")


def test_try_all_gpus():
    devices = training.try_all_gpus()
    assert len(devices) == max(1, torch.cuda.device_count())
    assert all(isinstance(device, torch.device) for device in devices)


def test_accuracy_counts():
    assert training.accuracy(torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]]), torch.tensor([0, 2])) == 1.0


def test_evaluate_accuracy_counts_samples_not_batches():
    scores = nn.Linear(1, 2, bias=False)
    with torch.no_grad():
        scores.weight.copy_(torch.tensor([[1.0], [-1.0]]))
    data = [(torch.ones(3, 1), torch.zeros(3, dtype=torch.long)), (torch.ones(1, 1), torch.ones(1, dtype=torch.long))]
    assert training.evaluate_accuracy_gpu(scores, data) == pytest.approx(0.75)


def test_init_weights():
    layer = nn.Linear(300, 500)
    training.init_weights(layer)
    bound = (6 / (300 + 500)) ** 0.5
    assert 0.95 * bound < layer.weight.abs().max() <= bound


def test_one_step_changes_the_weights_as_sgd_does():
    layer = nn.Linear(2, 4)
    (X, y), loss = batches(8)[0], nn.CrossEntropyLoss()
    gradient = torch.autograd.grad(loss(layer(X), y), layer.weight)[0]
    expected = layer.weight.detach() - 0.1 * gradient
    training.train_epoch_gpu(layer, [(X, y)], loss, torch.optim.SGD(layer.parameters(), lr=0.1), torch.device("cpu"))
    torch.testing.assert_close(layer.weight.detach(), expected)


def test_epoch_averages_over_samples():
    model = net()
    data, loss = batches(6, 2), nn.CrossEntropyLoss()
    expected = sum(loss(model(X), y).item() * len(y) for X, y in data) / 8
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    mean_loss, accuracy = training.train_epoch_gpu(model, data, loss, optimizer, torch.device("cpu"))
    assert mean_loss == pytest.approx(expected, rel=1e-4)
    assert 0 <= accuracy <= 1


def test_whole_training():
    model = net()
    history = training.train_gpu(model, batches(*[20] * 50), batches(200), 10, 1.0, training.try_gpu())
    assert [set(entry) for entry in history] == [{"train_loss", "train_acc", "test_acc"}] * 10
    assert history[-1]["train_loss"] < history[0]["train_loss"]
    assert history[-1]["test_acc"] > 0.85


def test_try_gpu_on_a_machine_with_gpus(gpus):
    assert training.try_gpu(1) == torch.device("cuda:1")
    assert training.try_gpu(1000) == torch.device("cpu")
    assert len(training.try_all_gpus()) == torch.cuda.device_count()


def test_evaluation_takes_the_device_of_the_network(gpus):
    model = net().to("cuda:1")
    assert 0 <= training.evaluate_accuracy_gpu(model, batches(6, 2)) <= 1


def test_training_on_the_second_gpu(gpus):
    model = net()
    history = training.train_gpu(model, batches(*[20] * 5), batches(10), 1, 0.1, torch.device("cuda:1"))
    assert {parameter.device for parameter in model.parameters()} == {torch.device("cuda:1")}
    assert all(isinstance(value, float) for value in history[0].values())
