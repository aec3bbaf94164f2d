"""Hidden suite: the Fashion-MNIST data loaders and the names of the classes."""

from __future__ import annotations

import math

import pytest
import torch

from cases_fashion_mnist import (
    BATCH_SIZE,
    ROOT_IGNORED,
    SIZES,
    Dataset,
    are_of,
    both,
    found,
    joined,
    pair,
    read,
    without_download,
)
from grader.testing import CheckFailed, Mistake, assert_close, assert_shape, check, criterion, hint

NAMES = ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"]


@criterion("values")
@pytest.mark.parametrize("form", ["list", "tensor"])
@hint("ten names, at the places 0 to 9; the list is in the exercise's text", "Names of the classes")
def test_label_names(student, rng, form):
    """get_fashion_mnist_labels gives the names of the classes"""
    numbers = torch.cat([torch.randperm(10, generator=rng), torch.randint(0, 10, (5,), generator=rng)])
    expected = [NAMES[i] for i in numbers]
    names = student.get_fashion_mnist_labels(numbers if form == "tensor" else numbers.tolist())
    check(isinstance(names, list | tuple), "get_fashion_mnist_labels should return a list")
    check(all(isinstance(name, str) for name in names), "get_fashion_mnist_labels should return a list of strings")
    check(len(names) == len(expected), "get_fashion_mnist_labels should give one name per label")
    check(set(names) <= set(NAMES), "get_fashion_mnist_labels gives a name that is not in the exercise's list")
    check(list(names) == expected, "get_fashion_mnist_labels gives names in a wrong order")


@criterion("values")
@hint("one name for each label, in the labels' order; these are a tensor or a list", "Names of the classes")
def test_label_names_few(student):
    """get_fashion_mnist_labels takes one label"""
    for number in (9, 0):
        names = student.get_fashion_mnist_labels([number])
        check(isinstance(names, list | tuple), "get_fashion_mnist_labels should return a list")
        check(list(names) == [NAMES[number]], "get_fashion_mnist_labels is wrong for a list of one label")
        names = student.get_fashion_mnist_labels(torch.tensor([number]))
        ok = names == NAMES[number] or list(names) == [NAMES[number]]  # one number, says numpy of such a tensor
        check(ok, "get_fashion_mnist_labels is wrong for a tensor of one label")


@criterion("implementation")
@hint("make a new list in every call, and only read the given one", "Names of the classes")
def test_label_names_of_two_calls(student, harness):
    """get_fashion_mnist_labels leaves the labels as they are, and its earlier results too"""
    lists = [[3, 1, 4], [5, 9]]
    found, after = harness.names(student.get_fashion_mnist_labels, lists)
    check(after == lists, "get_fashion_mnist_labels changes the list that it is given")
    for names, labels in zip(found, lists, strict=True):
        usual = student.get_fashion_mnist_labels(labels)
        check(names == usual, "a list of names from get_fashion_mnist_labels changes when it is called again")


@criterion("values", weight=2)
@hint(
    "a dataset of torchvision with `transforms.ToTensor()`; `train=True` for one, `train=False` for the other",
    "The dataset",
)
@both
def test_images_and_labels(student, harness, rng, part):
    """The images are the dataset's, with values in [0, 1], and the labels belong to them"""
    dataset = Dataset(harness, rng)
    (batches,) = read(harness, dataset.loaders(student, BATCH_SIZE)[part])
    X, y = joined(batches)
    check(X.is_floating_point(), "the images should be floating-point tensors")
    check(not (y.is_floating_point() or y.is_complex()), "the labels should be integers")
    index = found(dataset, part, X, 0.02)
    expected = dataset.images[part][index]
    assert_shape(X, expected.shape, "the result")
    mistakes = [Mistake(expected * 255 / 256, "white should be 1: the bytes are divided by 256 instead of 255")]
    assert_close(X.float(), expected, f"{part}_iter's images are not the dataset's", atol=2e-3, mistakes=mistakes)
    check(y.shape == index.shape, "the labels should be one integer per image")
    check(torch.equal(y.long(), dataset.labels[part][index]), f"{part}_iter's labels do not belong to its images")


@criterion("values", weight=2)
@hint("look at shuffle and drop_last of the data loader", "The data loaders")
@both
def test_every_sample_once(student, harness, rng, part):
    """Every sample comes once in an epoch"""
    dataset = Dataset(harness, rng)
    for peek in (False, True):
        after = " that follows one left after a batch" if peek else ""
        for batches in read(harness, dataset.loaders(student, BATCH_SIZE)[part], epochs=1 if peek else 2, peek=peek):
            X, _ = joined(batches)
            index = found(dataset, part, X, 0.02).tolist()
            check(len(set(index)) == len(index), f"{part}_iter gives a sample more than once in an epoch{after}")
            check(len(index) == SIZES[part], f"{part}_iter leaves samples out of an epoch{after}")


@criterion("shapes")
@both
@pytest.mark.parametrize("batch_size", [5, 7, 100], ids=["of 5", "of 7", "of all"])
@hint("every batch has batch_size samples but the last one, which has the rest", "The data loaders")
def test_batches(student, harness, rng, part, batch_size):
    """Batches have batch_size samples, the last one has the rest"""
    dataset = Dataset(harness, rng)
    (batches,) = read(harness, dataset.loaders(student, batch_size)[part])
    sizes = [len(X) for X, _ in batches]
    full, rest = divmod(SIZES[part], batch_size)
    expected = [batch_size] * full + [rest] * (rest > 0)
    if sizes == [batch_size] * full:
        check(rest == 0, f"{part}_iter drops the last, smaller batch")
    check(sizes == expected, f"{part}_iter's batches have wrong sizes")
    for X, y in batches:
        assert_shape(X, (len(X), 1, 28, 28), "a batch of images")
        assert_shape(y, (len(X),), "a batch of labels")


@criterion("implementation")
@hint("pass `root` on to the dataset", "The dataset")
def test_root(student, harness, rng):
    """The data come from `root`, and from the folder data without it"""
    other, default = Dataset(harness, rng, root="other/place"), Dataset(harness, rng, root="data")
    load = student.load_data_fashion_mnist
    no_default = "load_data_fashion_mnist without root should find the dataset in the folder data"
    try:
        for dataset, elsewhere, root, loaders in (
            (other, default, "other/place", lambda: load(32, root="other/place")),
            (other, default, "other/place, as an absolute path,", lambda: load(32, None, other.root)),
            (default, other, "data", lambda: load(32)),
        ):
            message = no_default if root == "data" else ROOT_IGNORED
            for part, iterator in pair(without_download(loaders, message)).items():
                (batches,) = read(harness, iterator)
                X, y = joined(batches)
                if not are_of(dataset.cells[part], X, 0.02):
                    # Images that are changed, or of the other set, are other tests' business; the labels tell then.
                    labels = [value.sort().values for value in dataset.labels.values()]
                    here = any(
                        value.shape == y.shape and torch.equal(value, y.sort().values.long()) for value in labels
                    )
                    there = any(are_of(cells, X, 0.02) for cells in elsewhere.cells.values())
                    check(here and not there, f"{part}_iter's data are not the ones below root {root}")
    finally:  # other tests are not to find data there
        for dataset in (other, default):
            harness.remove_dataset(dataset.root)


REAL_SIZES = {"train": 60_000, "test": 10_000}


@criterion("values")
@hint("no image is left out, however many there are", "The data loaders")
def test_every_sample_of_many(student, submission, harness):
    """The iterators have batches for every sample of datasets as large as Fashion-MNIST"""
    # Who decodes all of the images beforehand takes some 20 times as long as who does so batch by batch.
    submission.allow_cpu_s(90)
    root = harness.write_blank_dataset("many/images", REAL_SIZES)
    large = 999  # in batches of this size one sample or ten are left for the last
    counts = without_download(lambda: harness.lengths(student.load_data_fashion_mnist, large, root))
    check(len(counts) == 2, "load_data_fashion_mnist should return the pair (train_iter, test_iter)")
    for (part, size), batches in zip(REAL_SIZES.items(), counts, strict=True):
        if isinstance(batches, int):  # an iterator need not say
            message = f"{part}_iter leaves samples out when there are as many as in Fashion-MNIST"
            if batches < size // large:
                X, *_ = harness.first_batch(student.load_data_fashion_mnist(large, root=root)[part == "test"])
                more = isinstance(X, torch.Tensor) and len(X) > large
                check(not more, f"{part}_iter's batches are larger than batch_size")
                raise CheckFailed(message)
            check(
                batches <= math.ceil(size / large),
                f"{part}_iter's batches are smaller than batch_size when it is large",
            )
            if batches < math.ceil(size / large):  # the length alone may be wrong
                check(harness.samples(student.load_data_fashion_mnist, large, root, part) == size, message)
