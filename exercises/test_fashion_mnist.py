"""Exercise 10: public tests of `fashion_mnist`, on a small stand-in for the dataset, so that nothing is downloaded."""

import struct

import fashion_mnist
import pytest
import torch

SIZES = {"train": 50, "t10k": 20}


@pytest.fixture
def root(tmp_path):
    """A folder as torchvision keeps the dataset in: random images, and the labels 0, 1, …, 9, 0, 1, …"""
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for name, size in SIZES.items():
        pixels = torch.randint(0, 256, (size, 28, 28), dtype=torch.uint8)
        pixels[:, 0, 0] = torch.arange(size)
        header = struct.pack(">4i", 0x803, size, 28, 28)
        (raw / f"{name}-images-idx3-ubyte").write_bytes(header + pixels.numpy().tobytes())
        labels = (torch.arange(size) % 10).to(torch.uint8)
        (raw / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">2i", 0x801, size) + labels.numpy().tobytes())
    return str(tmp_path)


def test_names():
    assert fashion_mnist.get_fashion_mnist_labels(torch.tensor([0, 9])) == ["t-shirt", "ankle boot"]
    assert fashion_mnist.get_fashion_mnist_labels([6, 3]) == ["shirt", "dress"]


def test_batches(root):
    train_iter, test_iter = fashion_mnist.load_data_fashion_mnist(16, root=root)
    X, y = next(iter(train_iter))
    assert X.shape == (16, 1, 28, 28)
    assert X.dtype == torch.float32
    assert 0 <= X.min() <= X.max() <= 1
    assert y.shape == (16,)
    assert sum(len(y) for _, y in train_iter) == 50
    assert sum(len(y) for _, y in test_iter) == 20


def test_resize(root):
    train_iter, _ = fashion_mnist.load_data_fashion_mnist(8, resize=32, root=root)
    assert next(iter(train_iter))[0].shape == (8, 1, 32, 32)


def test_only_the_training_set_is_shuffled(root):
    train_iter, test_iter = fashion_mnist.load_data_fashion_mnist(50, root=root)
    first, second = (next(iter(train_iter))[0][:, 0, 0, 0] for _ in range(2))
    assert not torch.equal(first, second)
    assert torch.equal(next(iter(test_iter))[1], torch.arange(20) % 10)
