"""Comparing a submission's network with the reference's: which parameter of one is which of the other.

Attribute names, registration orders and the way a network is put together are free, so parameters are matched by
shape, by their part in the layer that owns them (weight or shift), and by order; never by name across networks.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch

from grader.engine.proxies import RemoteModule

from .assertions import CheckFailed, assert_shape, differs

Shape = tuple[int, ...]
_SHIFT_NAMES = frozenset({"bias", "beta", "b", "shift", "offset", "loc"})
_SCALE_NAMES = frozenset({"weight", "gamma", "g", "scale"})
_PARAMETRIZED = re.compile(r"(^|\.)parametrizations\.(\w+)\.original$")


@dataclass(frozen=True, slots=True)
class _Pair:
    theirs: str
    ours: str
    their_shape: Shape
    our_shape: Shape
    transposed: bool


@dataclass(frozen=True, slots=True)
class ParameterMap:
    """Which parameter of a submission's network is which of the reference's."""

    pairs: tuple[_Pair, ...]
    missing: tuple[str, ...]
    """Optional parameters of the reference that the submission's network does without."""

    def owners(self) -> dict[str, str]:
        """The submission's module (by name) for each of the reference's modules that own parameters."""
        return {_owner(pair.ours): _owner(pair.theirs) for pair in self.pairs}

    def renamed(self, names: Mapping[str, str]) -> ParameterMap:
        """The same with other names for the submission's parameters."""
        return ParameterMap(tuple(replace(pair, theirs=names[pair.theirs]) for pair in self.pairs), self.missing)

    def transposed(self) -> list[str]:
        """The submission's weights that are matrices stored the other way round."""
        return [pair.theirs for pair in self.pairs if pair.transposed]

    def to_theirs(self, values: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Values for the reference's parameters as values for the submission's."""
        return {
            pair.theirs: (_matrix_of(values[pair.ours]).T if pair.transposed else values[pair.ours]).reshape(
                pair.their_shape
            )
            for pair in self.pairs
        }

    def to_ours(self, values: Mapping[str, torch.Tensor | None]) -> dict[str, torch.Tensor | None]:
        """Values of the submission's parameters (or their gradients) as values of the reference's."""
        return {pair.ours: _as_ours(values.get(pair.theirs), pair) for pair in self.pairs}


def assert_module(value: Any, what: str) -> RemoteModule:
    """`value` is an `nn.Module` in the worker; returns it."""
    if getattr(value, "kind", None) != "module":
        kind = "nothing (is there a `return`?)" if value is None else "something else"
        raise CheckFailed(f"{what} should be an nn.Module; it is {kind}")
    module: RemoteModule = value
    return module


def match_parameters(
    theirs: Mapping[str, torch.Tensor], ours: Mapping[str, torch.Tensor], optional: Container[str] = ()
) -> ParameterMap:
    """Matches by shape (axes of length 1 do not count), part in the layer, and order within each mapping.

    A weight may be stored as a matrix, also a transposed one, and a matrix with its inputs on several axes. `optional`
    names parameters of `ours` that may be missing. Raises `CheckFailed` when something is missing or left over.
    """
    if len(theirs) > 10 * len(ours) + 100:  # matching takes time that grows with the square
        raise CheckFailed(f"there are {len(theirs)} parameters; {len(ours)} would be enough")
    their_keys, our_keys = _keys(theirs, _weights_by_matrix(ours)), _keys(ours, {})
    unmatched = list(theirs)
    found: dict[str, str] = {}
    for name in ours:
        partner = next((other for other in unmatched if their_keys[other] == our_keys[name]), None)
        if partner is not None:
            found[name] = partner
            unmatched.remove(partner)
    for name in [name for name in ours if name not in found]:
        partner = next((other for other in unmatched if their_keys[other].shape == our_keys[name].shape), None)
        if partner is not None:
            found[name] = partner
            unmatched.remove(partner)
    missing = tuple(name for name in ours if name not in found)
    for name in missing:
        if name not in optional:
            raise CheckFailed(_missing_sentence(ours, theirs, name))
    if unmatched:
        shape = tuple(theirs[unmatched[0]].shape)
        raise CheckFailed(f"there is a parameter of shape {shape} too many (named `{unmatched[0]}`)")
    return ParameterMap(tuple(_pairs(theirs, ours, found)), missing)


def match_state(
    owners: Mapping[str, str], wanted: Mapping[str, int], present: Mapping[str, int]
) -> dict[str, str | None]:
    """Which of the submission's modules keeps the state of each of the reference's; None where none does.

    `owners` is as `ParameterMap.owners` gives it, `wanted` and `present` say how many numbers a state has, by the
    module's name. It is the module that owns the parameters, or else the nearest one that owns none of any other.
    """
    free = [name for name in present if name not in owners.values()]
    found: dict[str, str | None] = {}
    for name, numbers in wanted.items():
        owner = owners.get(name)
        if owner is None or present.get(owner) == numbers:
            found[name] = owner
            continue
        fits = [other for other in free if present[other] == numbers]
        found[name] = max(fits, key=lambda other, owner=owner: _in_common(owner, other), default=None)  # type: ignore[misc]
        if fits:
            free.remove(str(found[name]))
    return found


def _in_common(one: str, other: str) -> int:
    """How many modules two modules lie in together, by their names."""
    pairs = zip(one.split("."), other.split("."), strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def fill_parameters(net: RemoteModule, rng: torch.Generator) -> None:
    """Sets a network's parameters, whatever they are, to numbers at which the output sees the input."""
    shapes = {name: torch.Size(shape) for name, shape in net.parameter_shapes().items()}
    net.set_parameters(
        {name: 2 * torch.randn(shape, generator=rng) / shape[1:].numel() ** 0.5 for name, shape in shapes.items()}
    )


def assert_sees_input(output: Any, shape: Shape, what: str) -> None:
    """A network's output has the right shape and is another one for other inputs; what it is, other tests say."""
    assert_shape(output, shape, f"{what}'s output")
    same = not differs(output[1:], output[:1].expand_as(output[1:]), rtol=1e-6, atol=0)
    if same:
        raise CheckFailed(f"{what}'s output does not depend on its input")


@dataclass(frozen=True, slots=True)
class _Key:
    """What makes a parameter recognisable: its shape, its layer's, the how manyth such layer, its part there."""

    shape: Shape
    layer: Shape
    number: int
    is_shift: bool


def _keys(parameters: Mapping[str, torch.Tensor], known: Mapping[Shape, Shape]) -> dict[str, _Key]:
    keys = {}
    layers_so_far: Counter[Shape] = Counter()
    for layer in _layers(parameters):
        shapes = {name: _shape(parameters[name], known) for name in layer}
        heads = [name for name in layer if len(shapes[name]) > 1]
        signature = shapes[heads[0]] if heads else shapes[layer[0]]
        for position, name in enumerate(layer):
            is_shift = name not in heads if heads else _is_shift(name, position)
            keys[name] = _Key(shapes[name], signature, layers_so_far[signature], is_shift)
        layers_so_far[signature] += 1
    return keys


def _layers(parameters: Mapping[str, torch.Tensor]) -> list[list[str]]:
    """The parameters that belong together: a weight and its shift, or the scale and the shift of a normalisation.

    A weight's shift may be kept apart from it: then it is the first vector of the right length that is left alone.
    """
    layers = list(_owned_layers(parameters))
    alone = [layer for layer in layers if len(layer) == 1]
    weights = [layer for layer in alone if len(_squeezed(parameters[layer[0]])) > 1]
    for layer in [layer for layer in alone if layer not in weights]:
        numbers = parameters[layer[0]].numel()
        owner = next((weight for weight in weights if numbers in _outputs(parameters[weight[0]])), None)
        if owner is not None:
            owner.extend(layer)
            layers.remove(layer)
            weights.remove(owner)
    return layers


def _outputs(weight: torch.Tensor) -> Shape:
    """How many outputs a weight may have: a matrix may be stored either way round."""
    shape = _squeezed(weight)
    return shape if len(shape) == 2 else shape[:1]


def _owned_layers(parameters: Mapping[str, torch.Tensor]) -> Iterator[list[str]]:
    """The parameters of one module, or, where it owns many, each weight and what may be its shift.

    Of an odd number of vectors that follow a weight the first is its shift; the others belong together in pairs.
    """
    owners: dict[str, list[str]] = defaultdict(list)
    for name in parameters:
        owners[_owner(name)].append(name)
    for names in owners.values():
        heads = sum(len(_squeezed(parameters[name])) > 1 for name in names)
        if len(names) <= 2 and heads <= 1:
            yield names
            continue
        runs: list[list[str]] = [[]]
        for name in names:
            if len(_squeezed(parameters[name])) > 1:
                runs.append([name])
            else:
                runs[-1].append(name)
        yield from _pairs_of_vectors(runs[0], parameters)
        for weight, *vectors in runs[1:]:
            has_shift = len(vectors) % 2 == 1 and parameters[vectors[0]].numel() in _outputs(parameters[weight])
            yield [weight, *vectors[:has_shift]]
            yield from _pairs_of_vectors(vectors[has_shift:], parameters)


def _pairs_of_vectors(names: list[str], parameters: Mapping[str, torch.Tensor]) -> Iterator[list[str]]:
    """Vectors in pairs of one length; alone, if those that follow one another differ in length."""
    pairs = [names[start : start + 2] for start in range(0, len(names), 2)]
    alike = all(len({_squeezed(parameters[name]) for name in pair}) == 1 for pair in pairs)
    yield from pairs if alike else [[name] for name in names]


def _canonical(name: str) -> str:
    """The name that a parametrized tensor had before."""
    return _PARAMETRIZED.sub(r"\1\2", name)


def _owner(name: str) -> str:
    return _canonical(name).rpartition(".")[0]


def _is_shift(name: str, position: int) -> bool:
    own = _canonical(name).rpartition(".")[2]
    return own in _SHIFT_NAMES or (position > 0 and own not in _SCALE_NAMES)


def _squeezed(tensor: torch.Tensor) -> Shape:
    return tuple(n for n in tensor.shape if n != 1)


def _weights_by_matrix(parameters: Mapping[str, torch.Tensor]) -> dict[Shape, Shape]:
    """The shapes of the weights, by those that they have as matrices: a row for each output."""
    shapes = [shape for tensor in parameters.values() if len(shape := _squeezed(tensor)) > 1]
    return {_matrix(shape): shape for shape in sorted(set(shapes), key=len, reverse=True)}


def _matrix(shape: Shape) -> Shape:
    return shape[0], math.prod(shape[1:])


def _shape(tensor: torch.Tensor, known: Mapping[Shape, Shape]) -> Shape:
    """The shape, or that of the known weight that this is if taken as a matrix."""
    shape = _squeezed(tensor)
    if len(shape) == 2:
        return known.get(shape) or known.get(shape[::-1]) or shape
    matrix = known.get(_matrix(shape), ()) if shape else ()
    return matrix if len(matrix) == 2 else shape


def _pairs(
    theirs: Mapping[str, torch.Tensor], ours: Mapping[str, torch.Tensor], found: Mapping[str, str]
) -> Iterator[_Pair]:
    for ours_name, theirs_name in found.items():
        their, our = theirs[theirs_name], ours[ours_name]
        shape = _squeezed(their)
        transposed = len(shape) == 2 and shape != _matrix(_squeezed(our)) == shape[::-1]
        yield _Pair(theirs_name, ours_name, tuple(their.shape), tuple(our.shape), transposed=transposed)


def _matrix_of(weight: torch.Tensor) -> torch.Tensor:
    return weight.reshape(_matrix(_squeezed(weight)))


def _as_ours(value: torch.Tensor | None, pair: _Pair) -> torch.Tensor | None:
    if value is None or tuple(value.shape) != pair.their_shape:
        return None
    if pair.transposed:
        value = value.reshape([n for n in pair.their_shape if n != 1]).T
    return value.reshape(pair.our_shape)


def _missing_sentence(ours: Mapping[str, torch.Tensor], theirs: Mapping[str, torch.Tensor], name: str) -> str:
    shape = tuple(ours[name].shape)
    counts = [Counter(_squeezed(tensor) for tensor in net.values())[_squeezed(ours[name])] for net in (ours, theirs)]
    if not theirs:
        return "the network has no parameters: are its layers attributes of the module, or inside an nn.Sequential?"
    return f"there {'is no parameter' if counts[1] == 0 else 'are too few parameters'} of shape {shape}"
