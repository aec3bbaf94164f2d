"""Hidden suite: images of another size."""

from __future__ import annotations

import functools

import numpy
import pytest
import torch
from PIL import Image
from torch.nn import functional as F

from cases_fashion_mnist import CELLS, SIZES, Dataset, both, found, joined, read
from grader.testing import assert_close, assert_shape, check, criterion, hint


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
