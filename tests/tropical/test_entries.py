"""Every question takes what ``load`` takes, and boxes by their bounds, as it takes a network and a polyhedron."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tropical
from polytopes import Polyhedron
from polytopes.errors import ToolkitError
from tropical import Network
from tropical.parameter_space import functional_dimension, position_of_network
from tropical.parameter_space.margins import LeakyUnits
from tropical.pictures import plot_checkpoints, plot_complexity
from tropical.regions import image_length, pattern_blocks, region_blocks, regions_by_layer
from tropical.regions.complexity import Uniform, complexity_map, sampled_local_complexity
from tropical.regions.surveys import differing_regions, functionals, square_gradients, weight_ranks
from tropical.representations import conversion_bounds, decision_boundary

WEIGHTS = [([[1, 2], [1, -1], [0, 1]], [0, 1, -1]), ([[1, -2, 1]], [1])]
BOX = [(-2, 3), (-2, "7/2")]
QUESTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "count_regions": tropical.count_regions,
    "activation_regions": lambda net, box: [region.pattern for region in tropical.activation_regions(net, box)],
    "linear_regions": lambda net, box: [region.affine_map for region in tropical.linear_regions(net, box)],
    "estimate_regions": lambda net, box: tropical.estimate_regions(net, box, samples=20),
    "extrema": tropical.extrema,
    "lipschitz_constants": tropical.lipschitz_constants,
    "difference": lambda net, box: tropical.difference(net, net, box),
    "degeneracy": tropical.degeneracy,
    "network_boundary": lambda net, box: list(tropical.network_boundary(net, box).cells),
    "local_complexity": lambda net, box: tropical.local_complexity(net, box).neuron_boundary,
    "complexity_at": lambda net, box: tropical.complexity_at(net, [[0, 0]], Uniform(1)),
    "image_length": lambda net, box: image_length(net, [[0, 0], [1, 2]]).length.value,
    "regions_by_layer": regions_by_layer,
    "square_gradients": lambda net, box: square_gradients(net, box),
    "complexity_map": lambda net, box: complexity_map(net, box, (2, 2)).lengths,
    "sampled_local_complexity": lambda net, box: sampled_local_complexity(net, box, 1, 2),
    "tropical_map": lambda net, box: tropical.tropical_map(net),
    "shallow_form": lambda net, box: tropical.shallow_form(net),
    "relu_network": lambda net, box: [layer.n_gates for layer in tropical.relu_network(net).layers],
    "conversion_bounds": lambda net, box: conversion_bounds(net),
    "decision_boundary": lambda net, box: decision_boundary(net).f_vector(),
    "functional_dimension": lambda net, box: functional_dimension(net),
    "position_of_network": lambda net, box: position_of_network(net, [[0, 0], [1, 2]]).signs,
    "weight_ranks": lambda net, box: weight_ranks(net),
    "pattern_blocks": lambda net, box: [block.tolist() for block in pattern_blocks(net, box)],
    "region_blocks": lambda net, box: [block.patterns.tolist() for block in region_blocks(net, box)],
    "differing_regions": lambda net, box: [cell.pattern for cell in differing_regions(net, "x - y", box)],
    "functionals": lambda net, box: functionals(net, [[2]])([1, 1]),
}
WITHOUT_DOMAIN = {
    *("complexity_at", "image_length", "tropical_map", "shallow_form", "conversion_bounds", "decision_boundary"),
    *("functional_dimension", "position_of_network", "weight_ranks", "functionals", "relu_network"),
}


def answer(name: str, source: Any, domain: Any) -> str:
    """Answers are compared as they are written, without the seconds that they took."""
    return re.sub("seconds=[-0-9.e]+", "", repr(QUESTIONS[name](source, domain)))


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_take_paths_and_pairs(name: str, tmp_path: Path) -> None:
    network = Network.from_weights(WEIGHTS)
    tropical.save(network, tmp_path / "net.json")
    box = Polyhedron.box([-2, -2], [3, "7/2"])
    assert answer(name, tmp_path / "net.json", BOX) == answer(name, network, box)


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_no_network_is_named(name: str) -> None:
    with pytest.raises(ToolkitError, match="int"):
        answer(name, 3, BOX)


@pytest.mark.parametrize("name", sorted(set(QUESTIONS) - WITHOUT_DOMAIN))
def test_what_is_no_domain_is_named(name: str) -> None:
    with pytest.raises(ToolkitError, match="pair"):
        answer(name, Network.from_weights(WEIGHTS), "everywhere")


def test_modules_and_arrays() -> None:
    nn = pytest.importorskip("torch.nn")
    module = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
    box = Polyhedron.box([-2, -2], [3, 3])
    expected = tropical.count_regions(tropical.load(module), box).activation_regions
    assert tropical.count_regions(module, np.array([[-2, 3], [-2, 3]])).activation_regions == expected
    assert tropical.count_regions(module, (-2, 3)).activation_regions == expected


def test_leaky_units_take_them(tmp_path: Path) -> None:
    units = LeakyUnits.of([[1, -2], [3, 4]], "1/2")
    tropical.save(units.network, tmp_path / "net.json")
    assert LeakyUnits.of_network(tmp_path / "net.json") == units


def test_pictures_take_them() -> None:
    pytest.importorskip("matplotlib")
    nn = pytest.importorskip("torch.nn")
    module = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    axes = tropical.plot_regions(module, (-2, 3)).axes[0]
    assert axes.get_xlim() == axes.get_ylim() == (-2, 3)
    drawn = plot_checkpoints([module, "max(x, y, 0)"], (-2, 3))
    assert drawn.axes[0].get_xlim() == drawn.axes[1].get_xlim()
    assert len(plot_complexity(module, (-2, 3), shape=(2, 2)).axes) >= 2
    page = tropical.Explorer.of_network(module, (-2, 3))
    assert page.scene == tropical.Explorer.of_network(tropical.load(module), Polyhedron.box([-2, -2], [3, 3])).scene
