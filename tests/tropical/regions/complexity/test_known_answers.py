"""All numbers of local complexity that were computed by two independent programs for a list of networks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from polytopes import Polyhedron
from polytopes.arithmetic.enclosures import Enclosure
from tests.paths import DATA
from tropical import Network, complexity_at, local_complexity
from tropical.networks.layers import Abs, Affine, LeakyReLU, ReLU
from tropical.networks.readers.json import read_bytes
from tropical.regions.complexity import Gaussian, LocalComplexity, Uniform

CASES = json.loads((DATA / "local_complexity.json").read_text())["cases"]
OVER = [case for case in CASES if "domain" in case]
AT = [case for case in CASES if "points" in case["values"]]
ACTIVATIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "relu": lambda layer: ReLU(),
    "abs": lambda layer: Abs(),
    "leaky": lambda layer: LeakyReLU(layer["slope"]),
}


def network_of(given: dict[str, Any]) -> Network:
    if "nodes" in given:
        return read_bytes(json.dumps(given).encode())
    layers: list[Any] = []
    for hidden in given["hidden"]:
        layers += [Affine(hidden["weight"], hidden["bias"]), ACTIVATIONS[hidden["kind"]](hidden)]
    layers.append(Affine(given["output"]["weight"], given["output"]["bias"]))
    return Network.chain(len(given["hidden"][0]["weight"][0]), layers)


def domain_of(given: dict[str, Any]) -> Polyhedron:
    if "vertices" in given:
        return Polyhedron.from_generators(given["vertices"])
    return Polyhedron.box(given["lower"], given["upper"])


def text(number: Enclosure) -> str:
    return number.value if number.exact is None else str(number.exact)


def named_units(found: LocalComplexity) -> dict[str, str]:
    """The boundaries of units by the number of their layer and their own, those that are not 0."""
    layers = list(dict.fromkeys(unit.layer for unit in found.per_unit))
    places = {f"{layers.index(u.layer)},{u.index}": text(own) for u, own in found.per_unit.items()}
    return {place: own for place, own in places.items() if own != "0"}


ANSWERS: dict[str, Callable[[LocalComplexity], object]] = {
    "volume": lambda f: str(f.volume),
    "activation_regions": lambda f: f.n_regions,
    "distinct_affine_maps": lambda f: f.n_maps,
    "neuron_boundary": lambda f: text(f.neuron_boundary),
    "activation_boundary": lambda f: text(f.activation_boundary),
    "function_boundary": lambda f: text(f.function_boundary),
    "neuron_boundary_per_unit": named_units,
    "mean_gradient_l2": lambda f: text(f.mean_gradient.l2),  # type: ignore[union-attr]
    "mean_gradient_l1": lambda f: text(f.mean_gradient.l1),  # type: ignore[union-attr, arg-type]
    "mean_gradient_max": lambda f: text(f.mean_gradient.max),  # type: ignore[union-attr, arg-type]
    "local_rank_before_activation": lambda f: [text(own.before) for own in f.local_rank.values()],
    "local_rank_after_activation": lambda f: [text(own.after) for own in f.local_rank.values()],
    "rank_volume_fractions_after_activation": lambda f: [
        {str(rank): text(share) for rank, share in own.fractions.items()} for own in f.local_rank.values()
    ],
    "mass_per_layer": lambda f: [text(own) for own in f.masses.values()],
    "lipschitz_max_per_layer": lambda f: [
        None if own.lipschitz_max is None else text(own.lipschitz_max) for own in (f.bounds or {}).values()
    ],
    "last_rank_after": lambda f: text(list(f.local_rank.values())[-1].after),
    "one_input": lambda f: [
        text(own)
        for own in (f.neuron_boundary, f.activation_boundary, f.function_boundary, f.mean_gradient.l2)  # type: ignore[union-attr]
    ],
}


@pytest.mark.parametrize("case", OVER, ids=lambda case: case["name"])
def test_over_a_domain(case: dict[str, Any]) -> None:
    network, domain, known = network_of(case["network"]), domain_of(case["domain"]), dict(case["values"])
    uniform, gaussian = known.pop("local_complexity_uniform", {}), known.pop("gaussian", None)
    digits = known.pop("digits", None)
    found = local_complexity(network, domain, [Uniform(s) for s in uniform], digits=20)
    assert {name: ANSWERS[name](found) for name in known} == known
    assert [text(own.value) for own in found.noisy] == list(uniform.values())
    if gaussian is not None:
        [noisy] = local_complexity(network, domain, Gaussian(gaussian[0]), digits=20).noisy
        assert noisy.value.value == gaussian[1]
    if digits is not None:
        numbers = [found.neuron_boundary, found.activation_boundary, found.function_boundary]
        assert found.mean_gradient is not None
        numbers += [found.mean_gradient.l2, list(found.local_rank.values())[-1].after]
        assert found.n_regions == digits[0]
        assert [own.value for own in numbers] == [number.removesuffix("." + 19 * "0") for number in digits[1:]]


@pytest.mark.parametrize("case", AT, ids=lambda case: case["name"])
def test_at_points(case: dict[str, Any]) -> None:
    points, scale, uniform, gaussian, on_walls = case["values"]["points"]
    network = network_of(case["network"])
    found = complexity_at(network, points, [Uniform(scale), Gaussian(scale)], digits=20)
    assert [text(own.value) for own in found.noisy] == [uniform, gaussian] and found.points_on_walls == on_walls
