"""Hidden suite: the order in which the samples come."""

from __future__ import annotations

import itertools
from collections import Counter

import torch

from cases_fashion_mnist import BATCH_SIZE, SIZES, Dataset, found, joined, pair, read, without_download
from grader.testing import check, criterion, hint


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
    check(all(len(order) == len(stored) for order in orders), "train_iter gives more or fewer samples than there are")
    places = torch.tensor(orders)
    at_one_place = bool((places == places[0]).all(0).any())
    check(not at_one_place, "a sample comes at the same place in every epoch; all of them should be mixed")
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
