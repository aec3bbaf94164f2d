"""Hidden suite: the Fashion-MNIST data loaders and the names of the classes."""

from __future__ import annotations

import functools
import itertools
import math
from collections import Counter

import numpy
import pytest
import torch
from PIL import Image
from torch.nn import functional as F

from grader.engine.errors import StudentError
from grader.testing import CheckFailed, assert_close, assert_shape, check, criterion, hint

NAMES = ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"]
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


ROOT_IGNORED = "load_data_fashion_mnist tries to download a dataset, though there is one in root's folder FashionMNIST"


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
    assert_close(X.float(), expected, f"{part}_iter's images are not the dataset's", atol=2e-3)
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


@criterion("shapes", weight=2)
@hint("resize the images in the dataset's transform", "The data loaders")
@both
@pytest.mark.parametrize("resize", [40, 96, 14], ids=str)
def test_resize(student, harness, rng, part, resize):
    """With resize the whole images come in another size"""
    dataset = Dataset(harness, rng)
    batches, *again = read(harness, dataset.loaders(student, 16, resize=resize)[part], 1 if resize == 40 else 2)
    X, y = joined(batches)
    assert_shape(X[:1], (1, 1, resize, resize), "a resized image")
    check(X.is_floating_point(), "resized images should be floating-point tensors")
    check(len(X) >= SIZES[part], f"{part}_iter leaves samples out of an epoch when it resizes")
    check(len(X) <= SIZES[part], f"{part}_iter gives more samples in an epoch than there are when it resizes")
    inside = bool((X >= -0.02).all() and (X <= 1.02).all())
    check(inside, "the values of resized images should lie in [0, 1]")
    index = found(dataset, part, X, 0.1 if resize < 28 else 2e-3)
    check(
        torch.equal(y.flatten().long(), dataset.labels[part][index]), "the labels do not belong to the resized images"
    )
    low, high = bounds(dataset.cells[part][index], resize)
    message = f"{part}_iter's resized images are not the whole images scaled: something is cut off, added or blurred"
    check(bool(((X[:, 0] >= low) & (X[:, 0] <= high)).all()), message)
    for batches in again:
        X_again, _ = joined(batches)
        assert_shape(X_again, X.shape, "the resized images of the second epoch")
        index_again = found(dataset, part, X_again, 0.1 if resize < 28 else 2e-3)
        order, other = index.argsort(), index_again.argsort()
        same = torch.equal(index_again[other], index[order])
        check(same, f"{part}_iter gives other samples in the second epoch when it resizes")
        message = f"{part}_iter's resized images change from epoch to epoch; scaling has nothing to do with chance"
        assert_close(X_again[other].float(), X[order].float(), message, atol=1e-4)


def bounds(cells: torch.Tensor, side: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Between which values the pixels of images of these cells are after scaling, whatever the interpolation is."""
    grey = cells.float() / 255
    scaled = torch.stack([(each @ grey @ each.T).clamp(0, 1) for each in interpolations(side)])
    low, high = scaled.amin(0), scaled.amax(0)
    if side > 56:  # half a pixel more or less
        low, high = -F.max_pool2d(-low, 3, 1, 1), F.max_pool2d(high, 3, 1, 1)
    return low - 0.1, high + 0.1


@functools.cache
def interpolations(side: int) -> list[torch.Tensor]:
    """For every usual interpolation the share of each cell in each of `side` pixels; it is the same along both axes."""
    cells = torch.eye(CELLS).repeat_interleave(28 // CELLS, 0)
    picture = Image.fromarray(cells.numpy())
    pillow = [picture.resize((CELLS, side), kind) for kind in Image.Resampling]
    column = cells.T[:, None, :, None]
    options = [{"mode": "nearest"}, {"mode": "nearest-exact"}, {"mode": "area"}]
    options += [
        {"mode": mode, **more}
        for mode in ("bilinear", "bicubic")
        for more in ({}, {"antialias": True}, {"align_corners": True})
    ]
    tensors = [F.interpolate(column, (side, 1), **each)[:, 0, :, 0].T for each in options]
    places = torch.linspace(0, 27, side)
    return [
        *(torch.from_numpy(numpy.array(each)) for each in pillow),
        *tensors,
        *(cells[each.long()] for each in (places, places.round())),
    ]


@criterion("shapes")
@hint("resize is the second parameter", "The data loaders")
def test_resize_by_position(student, harness, rng):
    """resize is the second argument"""
    dataset = Dataset(harness, rng)
    (batches,) = read(harness, dataset.loaders(student, 30, 32)["test"])
    assert_shape(batches[0][0], (SIZES["test"], 1, 32, 32), "a batch of resized images")


@criterion("shapes")
@hint("any size may be asked for", "The data loaders")
@pytest.mark.parametrize("resize", [28, 61, 224], ids=["28", "odd", "large"])
@both
def test_resize_to_other_sizes(student, harness, rng, part, resize):
    """resize may be any size"""
    dataset = Dataset(harness, rng)
    X, *_ = harness.first_batch(dataset.loaders(student, 2, resize=resize)[part])
    check(isinstance(X, torch.Tensor), "every batch should be a pair of tensors: images and labels")
    assert_shape(X, (2, 1, resize, resize), "a batch of resized images")


@criterion("shapes")
@hint("every call makes transforms and datasets of its own; what stands in a `def` line is shared", "The data loaders")
@both
def test_sizes_of_two_calls(student, harness, rng, part):
    """The iterators of one call have nothing to do with another call's resize and batch_size"""
    dataset = Dataset(harness, rng)
    resized = dataset.loaders(student, 30, resize=40)[part]
    check_sizes(harness, resized, 40, f"{part}_iter's images have a wrong size with resize")
    plain = dataset.loaders(student, 20)[part]
    message = f"{part}_iter's images have a wrong size without resize, after a call with it"
    check_sizes(harness, plain, 28, message)
    message = f"{part}_iter's images change their size when there is a call without resize"
    longest = check_sizes(harness, resized, 40, message)
    smaller = dataset.loaders(student, 10, resize=40)[part]
    message = f"{part}_iter's images have a wrong size in a second call with the same resize"
    other = check_sizes(harness, smaller, 40, message)
    check(other != longest, f"{part}_iter's batches are as large as in an earlier call with another batch_size")


def check_sizes(harness, iterator, side: int, message: str) -> int:
    """Whether all images have this height and width; returns the largest batch's size."""
    (batches,) = read(harness, iterator)
    check(all(X.shape[-2:] == (side, side) for X, _ in batches), message)
    return max(len(X) for X, _ in batches)


@criterion("training", weight=2)
@hint("`shuffle=True` for the training set", "The data loaders")
def test_training_set_is_shuffled(student, harness, rng):
    """The training set comes in another order in every epoch"""
    dataset = Dataset(harness, rng)
    orders = [
        found(dataset, "train", joined(batches)[0], 0.02).tolist()
        for batches in read(harness, dataset.loaders(student, BATCH_SIZE)["train"], epochs=3)
    ]
    first, *later = orders
    check(first != sorted(first), "the training set is not shuffled: it comes in the dataset's order")
    check(all(order != sorted(order) for order in later), "the training set is not shuffled after the first epoch")
    message = "the training set comes in the same order in every epoch; shuffle it anew each time"
    check(first != later[0], message)
    check(later[1] not in (first, later[0]), "the training set comes in the order of an earlier epoch again")
    for order in orders:
        # By chance some four of the neighbours are of one class, and one has the same distance as another one.
        of_one_class = sum(a == b for a, b in itertools.pairwise(dataset.labels["train"][order].tolist()))
        check(of_one_class < 25, "the training set comes class by class; the samples of all classes should be mixed")
        steps = Counter((after - before) % SIZES["train"] for before, after in itertools.pairwise(order))
        message = "the training set is shuffled in part only: samples follow one another as they are stored"
        check(max(steps.values(), default=0) < 12, message)
    message = "only the order within the batches changes; the batches themselves should be mixed anew"
    starts = [{*order[: 2 * BATCH_SIZE]} for order in (*orders, range(SIZES["train"]))]
    check(all(one != other for one, other in itertools.combinations(starts, 2)), message)
    cut = [
        {frozenset(order[i : i + BATCH_SIZE]) for i in range(0, len(order) - BATCH_SIZE + 1, BATCH_SIZE)}
        for order in orders
    ]
    check(not any(one & other for one, other in itertools.combinations(cut, 2)), message)
    message = "the training set is shuffled in part only: so many of the first samples of an epoch are always the same"
    for n in range(5, min(map(len, orders)) - 4):
        check(len({frozenset(order[:n]) for order in orders}) > 1, message)
    apart = [abs(after - before) for order in orders for before, after in itertools.pairwise(order)]
    message = "the training set is shuffled in part only: samples that are stored near each other stay near each other"
    complete = len(apart) > 100  # by chance they are a third of the set's size apart, give or take one
    check(not complete or sum(apart) >= 9 * len(apart), message)
    message = "the same samples follow one another in two epochs; shuffle the training set anew each time"
    pairs = [{frozenset(two) for two in itertools.pairwise(order)} for order in orders]  # by chance two are shared
    check(all(len(one & other) < 20 for one, other in itertools.combinations(pairs, 2)), message)


@criterion("training")
@hint("each epoch has an order of its own, with or without resize", "The data loaders")
def test_training_set_in_new_orders(student, harness, rng):
    """The training set comes in a new order in each of many epochs, and when it is resized"""
    dataset = Dataset(harness, rng)
    stored = dataset.labels["train"].tolist()
    orders = harness.labels(dataset.loaders(student, SIZES["train"])["train"], 11)
    message = "the training set comes in the order of an earlier epoch again"
    check(all(one != other for one, other in itertools.combinations(orders, 2)), message)
    resized = harness.labels(dataset.loaders(student, BATCH_SIZE, resize=14)["train"], 2)
    check(stored not in resized, "the training set is not shuffled when it is resized")
    check(resized[0] != resized[1], "the training set comes in the same order in every epoch when it is resized")


@criterion("training")
@hint("shuffle all of the training set, however large it is", "The data loaders")
def test_large_training_set_is_shuffled(student, submission, harness):
    """All of a large training set is shuffled"""
    submission.allow_cpu_s(90)  # see test_every_sample_of_many
    root = harness.write_blank_dataset("many/classes", {"train": 40_000, "test": 10}, 10)
    loaders = pair(without_download(lambda: student.load_data_fashion_mnist(500, root=root)))
    _, y, *_ = harness.first_batch(loaders["train"])
    ok = isinstance(y, torch.Tensor) and len(y) > 0
    check(ok, "every batch should be a pair of tensors: images and labels")
    # By chance 50 of the first 500 are from each tenth of the set, give or take 7.
    shares = torch.bincount(y.flatten().long().clamp(0, 9), minlength=10) / len(y)
    message = "a large training set is shuffled in part only: the first batch is not drawn from all of it"
    check(bool((shares > 0.03).all()), message)


@criterion("training")
@hint("for the evaluation the order makes no difference: `shuffle=False`", "The data loaders")
def test_test_set_in_order(student, harness, rng):
    """The test set comes in the dataset's order in every epoch"""
    dataset = Dataset(harness, rng)
    for batches in read(harness, dataset.loaders(student, BATCH_SIZE)["test"], epochs=2):
        X, y = joined(batches)
        index = found(dataset, "test", X, 0.02).tolist()
        check(index == sorted(index), "the test set does not come in the dataset's order: is it shuffled?")
        check(torch.equal(y.flatten().long(), dataset.labels["test"][index]), "the labels do not belong to the images")
    (resized,) = harness.labels(dataset.loaders(student, BATCH_SIZE, resize=14)["test"], 1)
    in_order = resized == dataset.labels["test"].tolist()
    check(in_order, "the test set does not come in the dataset's order when it is resized: is it shuffled?")


@criterion("implementation")
@hint("pass `root` on to the dataset", "The dataset")
def test_root(student, harness, rng):
    """The data come from `root`, and from the folder data without it"""
    other, default = Dataset(harness, rng, root="other/place"), Dataset(harness, rng, root="data")
    load = student.load_data_fashion_mnist
    no_default = "load_data_fashion_mnist without root should find the dataset in the folder data"
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
                here = any(value.shape == y.shape and torch.equal(value, y.sort().values.long()) for value in labels)
                there = any(are_of(cells, X, 0.02) for cells in elsewhere.cells.values())
                check(here and not there, f"{part}_iter's data are not the ones below root {root}")


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
            check(batches >= size // large, message)
            check(
                batches <= math.ceil(size / large),
                f"{part}_iter's batches are smaller than batch_size when it is large",
            )
            if batches < math.ceil(size / large):  # the length alone may be wrong
                check(harness.samples(student.load_data_fashion_mnist, large, root, part) == size, message)
