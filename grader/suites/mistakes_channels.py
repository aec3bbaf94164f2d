"""What common wrong solutions of the channels exercise compute."""

from __future__ import annotations

from collections.abc import Callable

import torch

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


def multi_in_mistakes(right: Callable[..., torch.Tensor], X: torch.Tensor, K: torch.Tensor) -> list[Mistake]:
    return [
        Mistake(lambda: right(X[:1], K[:1]), "only the first channel counts; the channels' results should be summed"),
        Mistake(lambda: right(X[-1:], K[-1:]), "only the last channel counts; the channels' results should be summed"),
        Mistake(lambda: right(X, K[:1].expand_as(K)), "every channel is correlated with the first channel's kernel"),
        Mistake(lambda: right(X[:1].expand_as(X), K), "every kernel is applied to the first channel of the input"),
        Mistake(lambda: right(X, K) / len(X), "the channels are averaged; they should be summed"),
        Mistake(lambda: right(X[:-1], K[:-1]), "the last channel is left out"),
        Mistake(lambda: right(X[1:], K[1:]), "the first channel is left out"),
        Mistake(lambda: right(X, K).relu(), "negative results are lost"),
        Mistake(lambda: right(X, K.flip(0)), "the kernel's channels are in reverse order"),
        Mistake(lambda: right(X, K.flip(-2, -1)), "the kernel is flipped: that is convolution, not cross-correlation"),
    ]


def multi_in_out_mistakes(right: Callable[..., torch.Tensor], X: torch.Tensor, K: torch.Tensor) -> list[Mistake]:
    c_o = len(K)
    return [
        Mistake(lambda: right(X, K[:1].expand_as(K)), "every output channel is computed with the first one's kernel"),
        Mistake(
            lambda: right(X, K[:, :1].expand_as(K)), "every input channel is correlated with the first one's kernel"
        ),
        Mistake(lambda: right(X[:1].expand_as(X), K), "every kernel is applied to the first channel of the input"),
        Mistake(lambda: right(X[:1], K[:, :1]), "only the first input channel counts"),
        Mistake(lambda: right(X, K.transpose(0, 1)), "input and output channels of the kernel are mixed up"),
        Mistake(
            lambda: right(X, K.reshape(K.shape[1], c_o, *K.shape[2:]).transpose(0, 1)),
            "input and output channels of the kernel are mixed up",
        ),
        Mistake(lambda: right(X, K).relu(), "negative results are lost"),
        Mistake(lambda: right(X, K).cumsum(0), "each output channel still holds the sum of those before it"),
        Mistake(lambda: right(X, K).flip(0), "the output channels are in reverse order"),
        Mistake(lambda: right(X, K) / len(X), "the input channels are averaged; they should be summed"),
        Mistake(
            lambda: right(X, K).sum(0, keepdim=True).expand(c_o, -1, -1),
            "the output channels are summed; each should be an entry of its own in the result",
        ),
        Mistake(lambda: right(X, K.flip(-2, -1)), "the kernel is flipped: that is convolution, not cross-correlation"),
    ]


def one_by_one_mistakes(right: Callable[..., torch.Tensor], X: torch.Tensor, K: torch.Tensor) -> list[Mistake]:
    def pixels_mixed() -> torch.Tensor:
        by_pixel = X.reshape(-1, len(X)) @ K.reshape(len(K), -1).T
        return by_pixel.T.reshape(len(K), *X.shape[1:])

    def result_mixed() -> torch.Tensor:
        return right(X, K).permute(1, 2, 0).reshape(len(K), *X.shape[1:])

    def transposed() -> torch.Tensor:
        return right(X.transpose(1, 2), K).reshape(len(K), *X.shape[1:])

    return [
        *multi_in_out_mistakes(right, X, K),
        Mistake(pixels_mixed, "reshaping X mixes channels and pixels: a reshape is no permutation of axes"),
        Mistake(result_mixed, "reshaping the result mixes channels and pixels: a reshape is no permutation of axes"),
        Mistake(transposed, "rows and columns of the pixels are mixed up"),
    ]


def named_mistakes(reference, function: str, X: torch.Tensor, K: torch.Tensor) -> list[Mistake]:
    named = {
        "corr2d_multi_in": multi_in_mistakes,
        "corr2d_multi_in_out": multi_in_out_mistakes,
        "corr2d_multi_in_out_1x1": one_by_one_mistakes,
    }[function]
    right = getattr(reference, function)
    return possible(named(right, X, K), right(X, K))
