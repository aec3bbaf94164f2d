"""The built-in garments: the same every time, balanced, and something to learn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import nn

from grader.data.garments import draw_garments
from grader.data.images import ImageDataset


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def garments() -> ImageDataset:
    return draw_garments()


def test_there_are_30_000_grey_images_in_balance(garments: ImageDataset) -> None:
    assert garments.name == "builtin"
    assert (garments.images.shape, garments.images.dtype) == ((30_000, 28, 28), torch.uint8)
    assert (garments.labels.shape, garments.labels.dtype) == ((30_000,), torch.int64)
    assert torch.bincount(garments.labels).tolist() == [3_000] * 10
    assert garments.class_names[0] == "t-shirt"
    assert garments.class_names[9] == "ankle boot"


def test_the_classes_are_shuffled(garments: ImageDataset) -> None:
    assert torch.bincount(garments.labels[:5_000], minlength=10).min() > 400


def test_the_same_seed_draws_the_same_images() -> None:
    first, again, other = draw_garments(20, seed=1), draw_garments(20, seed=1), draw_garments(20, seed=2)
    assert torch.equal(first.images, again.images)
    assert torch.equal(first.labels, again.labels)
    assert not torch.equal(first.images, other.images)


def test_no_image_is_empty_and_no_two_are_the_same(garments: ImageDataset) -> None:
    assert garments.images.flatten(1).count_nonzero(1).min() > 40
    assert len({image.tobytes() for image in garments.images.numpy()}) == 30_000


def small_network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 8, 5, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 12 * 12, 10))


def held_out_accuracy(network: nn.Module, garments: ImageDataset) -> float:
    with torch.no_grad():
        predicted = network(standardised(garments)[25_000:]).argmax(1)
    return (predicted == garments.labels[25_000:]).float().mean().item()


def standardised(garments: ImageDataset) -> torch.Tensor:
    images = garments.images.float().unsqueeze(1)
    return (images - images.mean()) / images.std()


def test_an_untrained_network_guesses(garments: ImageDataset) -> None:
    assert held_out_accuracy(small_network(), garments) < 0.3


def test_a_small_network_learns_them_but_not_all(garments: ImageDataset) -> None:
    network, images = small_network(), standardised(garments)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    for batch in torch.arange(20_000).split(64):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(images[batch]), garments.labels[batch]).backward()
        optimizer.step()
    assert 0.7 < held_out_accuracy(network, garments) < 0.97
