"""What common wrong solutions of the pooling exercise compute."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F

from grader.testing import Mistake


def possible(mistakes: list[Mistake], expected: torch.Tensor) -> list[Mistake]:
    """The mistakes; one that cannot be made with these sizes has the expected value, and so explains nothing."""

    def lazily(compute: Callable[[], torch.Tensor]) -> Callable[[], torch.Tensor]:
        def value() -> torch.Tensor:
            try:
                result = compute()
            except Exception:  # whatever a reference says to sizes that it was not made for
                return expected
            return result if isinstance(result, torch.Tensor) else expected

        return value

    return [Mistake(lazily(m.value) if callable(m.value) else m.value, m.sentence) for m in mistakes]


def mean_of_covered(X, pool_size, padding, stride) -> torch.Tensor:
    return F.avg_pool2d(X, pool_size, stride, padding, count_include_pad=False)


def pool2d_mistakes(reference, X: torch.Tensor, pool_size: tuple[int, int], mode: str) -> list[Mistake]:
    pool2d, other = reference.pool2d, "avg" if mode == "max" else "max"
    return [
        Mistake(lambda: pool2d(X, pool_size, other), f"mode '{mode}' gives the result of mode '{other}'"),
        Mistake(lambda: pool2d(X, pool_size[::-1], mode), "height and width of the window are swapped"),
        Mistake(lambda: pool2d(X.abs(), pool_size, mode), "negative entries are treated as positive"),
        Mistake(lambda: pool2d(X, pool_size, mode).relu(), "negative results are lost: windows can be negative"),
        Mistake(lambda: -pool2d(-X, pool_size, mode), "the result is the minimum of each window, not the maximum"),
        Mistake(
            lambda: pool2d(X, pool_size, mode) * pool_size[0] * pool_size[1],
            "the entries of each window are summed; they should be averaged",
        ),
    ]


def layout_mistakes(reference, X: torch.Tensor, pool_size, mode: str, padding, stride) -> list[Mistake]:
    def pool(X=X, pool_size=pool_size, mode=mode, padding=padding, stride=stride) -> torch.Tensor:
        return reference.pool2d_multi_channel(X, pool_size, mode, padding, stride)

    def unpadded(value: float) -> torch.Tensor:
        (p_h, p_w) = padding
        return pool(X=F.pad(X, (p_w, p_w, p_h, p_h), value=value), padding=(0, 0))

    def first_channel() -> torch.Tensor:
        return pool(X=X[:, :1].expand_as(X))

    def first_image() -> torch.Tensor:
        return pool(X=X[:1].expand_as(X))

    mistakes = [
        Mistake(first_channel, "every channel gets the result of the first; each should be pooled on its own"),
        Mistake(first_image, "every image of the batch gets the result of the first one"),
        Mistake(lambda: pool(mode="avg" if mode == "max" else "max"), f"mode '{mode}' gives the other mode's result"),
        Mistake(lambda: pool(pool_size=pool_size[::-1]), "height and width of the window are swapped"),
        Mistake(lambda: pool(padding=padding[::-1]), "the padding of rows and that of columns are swapped"),
        Mistake(lambda: pool(stride=(stride or pool_size)[::-1]), "height and width of the stride are swapped"),
        Mistake(lambda: pool(stride=(1, 1)), "the stride is ignored"),
        Mistake(lambda: pool(stride=pool_size), "the stride is taken to be the window's size, whatever was asked for"),
        Mistake(lambda: pool(stride=((stride or pool_size)[0],) * 2), "the stride of the rows is used for columns too"),
        Mistake(lambda: pool(stride=((stride or pool_size)[1],) * 2), "the stride of the columns is used for rows too"),
        Mistake(lambda: pool(padding=(0, 0)), "the padding is ignored"),
        Mistake(lambda: pool().relu(), "negative results are lost"),
    ]
    if mode == "max" and max(padding) > 0:
        sentence = "max pooling pads with zeros, which win over negative entries; padding must never be the maximum"
        mistakes.insert(0, Mistake(lambda: unpadded(0.0), sentence))
    if mode == "avg":
        mistakes.insert(
            0,
            Mistake(
                lambda: mean_of_covered(X, pool_size, padding, stride),
                "the average leaves the padding out; its zeros count as entries of the window",
            ),
        )
        mistakes.append(Mistake(lambda: pool() * pool_size[0] * pool_size[1], "the windows are summed, not averaged"))
    return mistakes


def integer_mistakes(expected: torch.Tensor, pool_size: tuple[int, int]) -> list[Mistake]:
    area = pool_size[0] * pool_size[1]
    sentence = "sums overflow in the input's integer type"
    return [
        Mistake((expected * area).round().remainder(256) / area, "sums above 255 overflow in the input's integer type"),
        *(
            Mistake(lambda n=n: ((expected * area).round() + n / 2).remainder(n).sub(n / 2) / area, sentence)
            for n in (2**8, 2**16)
        ),
        Mistake(expected.floor(), "the averages of integers are rounded; they should be exact"),
        Mistake(expected.trunc(), "the averages of integers are rounded; they should be exact"),
    ]
