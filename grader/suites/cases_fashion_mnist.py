"""What the parts of the Fashion-MNIST suite draw, and how they recognise it in what comes back."""

from __future__ import annotations

import pytest
import torch

from grader.engine.errors import StudentError
from grader.testing import CheckFailed, check

BATCH_SIZE = 8
SIZES = {"train": 43, "test": 21}  # neither is a multiple of the batch size
CELLS = 4


class Dataset:
    """Images of 4×4 grey cells, every one different, and labels; written where the student's code finds them."""

    def __init__(self, harness, rng: torch.Generator, root: str = "") -> None:
        # A folder of its own: a submission may keep what it has read from one.
        root = root or f"some/where/{int(torch.randint(2**40, (), generator=rng))}"
        self.cells = {part: self._cells(rng, n) for part, n in SIZES.items()}
        self.labels = {part: torch.randint(0, 10, (n,), generator=rng) for part, n in SIZES.items()}
        side = 28 // CELLS
        images = {
            part: cells.repeat_interleave(side, 1).repeat_interleave(side, 2) for part, cells in self.cells.items()
        }
        self.images = {part: value.float().div(255).unsqueeze(1) for part, value in images.items()}
        self.root = harness.write_dataset(root, images, self.labels)

    @staticmethod
    def _cells(rng: torch.Generator, n: int) -> torch.Tensor:
        cells = torch.randint(0, 256, (n, CELLS, CELLS), generator=rng)
        cells[0, 0, :2] = torch.tensor([0, 255])
        return cells.to(torch.uint8)

    def loaders(self, student, *arguments, **options) -> dict[str, object]:
        """The student's two iterators by name."""
        return pair(without_download(lambda: student.load_data_fashion_mnist(*arguments, root=self.root, **options)))


ROOT_IGNORED = (
    "load_data_fashion_mnist tries to download a dataset, though there is one in root's folder FashionMNIST: "
    "are both sets of torchvision's class FashionMNIST, and is `root` passed on to it as it is?"
)


def without_download(call, message=ROOT_IGNORED):
    """What the call returns; the message is for one that tries to download what lies below root already."""
    try:
        return call()
    except StudentError as error:
        tried = any(words in error.text.lower() for words in ("download", "urlopen", "name resolution", "unreachable"))
        check(not tried, message)
        raise


def pair(result) -> dict[str, object]:
    ok = isinstance(result, tuple | list) and len(result) == 2
    check(ok, "load_data_fashion_mnist should return the pair (train_iter, test_iter)")
    return dict(zip(SIZES, result, strict=True))


def read(harness, iterator, epochs: int = 1, *, peek=False) -> list[list[tuple[torch.Tensor, torch.Tensor]]]:
    """The batches of some epochs, their form checked; if `peek`, after an epoch that was left after a batch."""
    check(not isinstance(iterator, torch.Tensor), "train_iter and test_iter should be data loaders")
    result = harness.epochs(iterator, epochs, peek=peek)
    for batches in result:
        check(batches, "an iterator gives no batches; it has to start afresh in every epoch")
        for batch in batches:
            ok = len(batch) == 2 and all(isinstance(part, torch.Tensor) for part in batch)
            check(ok, "every batch should be a pair of tensors: images and labels")
            check(len(batch[0]) == len(batch[1]), "a batch should have as many labels as images")
            # Before anything is made of them: as integers of 64 bits they would be larger still.
            check(batch[1].numel() <= 100 * len(batch[1]), "the labels should be one integer per image")
        few = sum(len(X) for X, _ in batches) <= 20 * sum(SIZES.values())  # comparing them takes memory
        check(few, "an iterator gives many times the samples that there are")
    return [[(X, y) for X, y in batches] for batches in result]


def joined(batches) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.cat([X for X, _ in batches]), torch.cat([y for _, y in batches])


def grey_cells(X: torch.Tensor) -> torch.Tensor:
    """The grey value in the middle of every cell, whatever the images' size: resizing leaves it as it was."""
    check(X.dim() == 4 and X.shape[1] == 1, "images should come as (N, 1, height, width)")
    check(X[:1].numel() <= 1 << 20, "the images are much larger than they should be")
    rows, columns = (((torch.arange(CELLS) + 0.5) / CELLS * n).long() for n in X.shape[2:])
    return X[:, 0][:, rows[:, None], columns].float()


def distances(cells: torch.Tensor, grey: torch.Tensor) -> torch.Tensor:
    """How far the grey values of every image are from those of every one of the dataset."""
    return (grey.flatten(1)[:, None] - cells.float().div(255).flatten(1)[None]).abs().amax(2)


def are_of(cells: torch.Tensor, X: torch.Tensor, tolerance: float) -> bool:
    return nearby(cells, grey_cells(X), tolerance)


def nearby(cells: torch.Tensor, grey: torch.Tensor, tolerance: float) -> bool:
    return bool((distances(cells, grey).amin(1) <= tolerance).all())


def found(dataset: Dataset, part: str, X: torch.Tensor, tolerance: float) -> torch.Tensor:
    """The index in the dataset of every image of X."""
    own, other = dataset.cells[part], "test" if part == "train" else "train"
    grey = grey_cells(X)
    if not nearby(own, grey, tolerance):
        check(not nearby(dataset.cells[other], grey, tolerance), f"{part}_iter gives the images of the other set")
        check(not nearby(own, grey / 255, tolerance), "the images' values go up to 255; they should lie in [0, 1]")
        check(not nearby(own, 1 - grey, tolerance), "the images are inverted: black is white")
        raise CheckFailed(
            f"{part}_iter changes the images beyond scaling to [0, 1]: are they normalised, flipped, turned or cropped?"
        )
    return distances(own, grey).argmin(1)


both = pytest.mark.parametrize("part", list(SIZES), ids=["training set", "test set"])
