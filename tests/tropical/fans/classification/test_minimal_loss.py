"""The smallest loss: against the landscape and brute force, with certificates that are checked and tampered with."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given

from polytopes.errors import InputError
from tests.tropical.fans.activation.oracles import colorings
from tests.tropical.fans.classification.strategies import labeled_data, terms
from tropical.checker import Refused
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.classification.landscape import landscape
from tropical.fans.classification.minimal_loss import minimal_loss, minimal_loss_certificate, verify_minimal_loss
from tropical.fans.data_set import DataSet

SQUARE = [(0, 0), (1, 0), (0, 1), (1, 1)]


@given(labeled_data(5, 2), terms)
def test_it_is_the_least_of_all_colorings_and_proved(data: DataSet, terms: tuple[int, int]) -> None:
    fan = ClassificationFan.of(data, terms)
    found = minimal_loss(fan)
    every = (fan.loss_of_signs(fan.signs_of_colors(colors)) for colors in colorings(data, fan.n_terms))
    assert found.loss == min(every) == landscape(fan).minimum == fan.loss(found.parameter)
    assert found.signs == fan.signs(found.parameter)
    assert verify_minimal_loss(json.loads(json.dumps(minimal_loss_certificate(fan, found)))) == found.loss


def test_separable_data_needs_no_refutation_of_losses() -> None:
    fan = ClassificationFan.of(SQUARE, (2, 1), labels=[1, -1, -1, 1])
    assert minimal_loss(fan).loss == 0


def test_parity_of_the_cube() -> None:
    """One hyperplane misses two corners, one more form leaves one wrong, and the next none."""
    cube = [(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)]
    for sizes, loss in (((1, 1), 2), ((2, 1), 1), ((2, 2), 0)):
        fan = ClassificationFan.of(cube, sizes, labels=[(-1) ** sum(point) for point in cube])
        assert verify_minimal_loss(minimal_loss_certificate(fan)) == loss


def tampered() -> list[tuple[str, Any]]:
    certificate = minimal_loss_certificate(ClassificationFan.of([[0], [1], [2]], (1, 1), labels=[1, -1, 1]))
    changes = []
    for name in ("refutations", "loss", "parameter", "arcs", "terms"):
        other = copy.deepcopy(certificate)
        if name == "refutations":
            other["refutations"] = []
        elif name == "arcs":
            other["refutations"][0]["arcs"][0][3] = "7"
        elif name == "parameter":
            other["parameter"] = [["0", "0"]] * 2
        elif name == "terms":
            other["terms"] = [2, 1]
        else:
            other["loss"] = 2
        changes.append((name, other))
    return changes


@pytest.mark.parametrize(("name", "certificate"), tampered())
def test_a_false_certificate_is_refused(name: str, certificate: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        verify_minimal_loss(certificate)


def test_no_points_and_no_labels() -> None:
    nothing = ClassificationFan.of(DataSet.of([], [], dim=1), (1, 1))
    assert minimal_loss(nothing).loss == 0 == verify_minimal_loss(minimal_loss_certificate(nothing))
    with pytest.raises(InputError, match="without labels"):
        minimal_loss(ClassificationFan.of(SQUARE, (1, 1)))
