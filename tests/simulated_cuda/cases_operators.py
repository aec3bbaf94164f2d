"""torch's own database of operators: same values as on the CPU, and an error where devices are mixed."""

from __future__ import annotations

import pytest
import torch
from torch.utils import _pytree as pytree

pytestmark = pytest.mark.usefixtures("gpus")
op_db = pytest.importorskip("torch.testing._internal.common_methods_invocations").op_db

# Names that the course's chapters never come near; each of them brings its own trouble.
SKIPPED = ("_refs", "linalg.", "sparse", "jiterator", "torch.ops", "special.", "ops.", "to_sparse", "signal.")
RANDOM = {
    "bernoulli", "cauchy", "empty", "empty_like", "empty_permuted", "empty_strided", "exponential", "geometric",
    "log_normal", "multinomial", "new_empty", "new_empty_strided", "normal", "rand_like", "randint", "randint_like",
    "randn", "randn_like", "uniform", "nn.functional.dropout", "nn.functional.dropout2d", "nn.functional.dropout3d",
    "nn.functional.alpha_dropout", "nn.functional.feature_alpha_dropout", "nn.functional.fractional_max_pool2d",
    "nn.functional.fractional_max_pool3d", "nn.functional.rrelu", "svd_lowrank", "pca_lowrank", "bfloat16", "randperm",
    "nn.functional.scaled_dot_product_attention", "nn.functional.multi_head_attention_forward",
}  # fmt: skip
# Where a simulated device differs from the CPU, and why.
UNSUPPORTED = {"stft": "it asks C++ for the window's device"}
# What a moved sample means something else for: its arguments name the CPU, or have to lie on it.
BOUND_TO_CPU = {"to", "tensor_split"}
OPERATORS = [
    op
    for op in op_db
    if op.name not in RANDOM | BOUND_TO_CPU
    and not op.name.startswith(SKIPPED)
    and torch.float32 in op.dtypes
    and op.variant_test_name == ""
]


def moved(value):
    return pytree.tree_map_only(torch.Tensor, lambda t: t.detach().to("cuda:1"), value)


def back(value):
    return pytree.tree_map_only(torch.Tensor, lambda t: t.detach().cpu(), value)


@pytest.mark.parametrize("op", OPERATORS, ids=lambda op: op.name)
def test_values(op):
    if op.name in UNSUPPORTED:
        pytest.xfail(UNSUPPORTED[op.name])
    for sample in list(op.sample_inputs("cpu", torch.float32))[:3]:
        arguments = (sample.input, sample.args, sample.kwargs)
        expected = op(sample.input, *sample.args, **sample.kwargs)
        x, args, kwargs = moved(arguments)
        kwargs = {key: "cuda:1" if key == "device" else value for key, value in kwargs.items()}
        got = op(x, *args, **kwargs)
        for value in pytree.tree_leaves(got):
            assert not isinstance(value, torch.Tensor) or value.device == torch.device("cuda:1")
        torch.testing.assert_close(back(got), back(expected), rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize(
    "op",
    [op for op in OPERATORS if op.test_conjugated_samples and torch.complex64 in op.dtypes],
    ids=lambda op: op.name,
)
def test_lazily_conjugated(op):
    """`conj()` only sets a bit, which the operator has to see."""
    for sample in list(op.sample_inputs("cpu", torch.complex64))[:3]:
        if not isinstance(sample.input, torch.Tensor) or not sample.input.is_complex():
            continue
        expected = op(sample.input.conj(), *sample.args, **sample.kwargs)
        x, args, kwargs = moved((sample.input, sample.args, sample.kwargs))
        assert x.conj().is_conj()
        got = op(x.conj(), *args, **kwargs)
        torch.testing.assert_close(back(got), back(expected), equal_nan=True)


def test_lazily_negated():
    """The imaginary part of a conjugate is such a view."""
    x = torch.randn(3, dtype=torch.complex64)
    view = x.cuda().conj().imag
    assert view.is_neg()
    torch.testing.assert_close((view * view * view).cpu(), -(x.imag**3))
    view += 1
    torch.testing.assert_close(view.cpu(), 1 - x.imag)


ELEMENTWISE = ["add", "sub", "mul", "div", "pow", "maximum", "minimum", "atan2", "eq", "lt", "fmod", "hypot", "xlogy"]
PRODUCTS = ["matmul", "mm", "bmm", "mv", "dot", "outer", "kron", "nn.functional.linear", "nn.functional.conv2d"]


@pytest.mark.parametrize("op", [op for op in OPERATORS if op.name in {*ELEMENTWISE, *PRODUCTS}], ids=lambda op: op.name)
def test_mixing_raises(op):
    tried = 0
    for sample in list(op.sample_inputs("cpu", torch.float32)):
        others = [value for value in sample.args if isinstance(value, torch.Tensor)]
        if sample.input.dim() == 0 or not others or any(value.dim() == 0 for value in others):
            continue
        tried += 1
        with pytest.raises(RuntimeError, match="same"):
            op(moved(sample.input), *sample.args, **sample.kwargs)
    assert tried
