"""All known answers: cells, Betti numbers of level sets in three theories, barcodes, critical components, classes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tropical.topology.known import ENTRIES, domain_of, network_of, of_kind
from tropical.topology import CellComplex, Interval, ScoreComplex

PLANE = "A01-projective-plane-in-R5"
FUNCTIONS = [name for name in of_kind("function") if name != PLANE]


def complex_of(entry: dict[str, Any]) -> CellComplex:
    return CellComplex.of(network_of(entry), domain_of(entry))


def texts(bars: tuple[Interval, ...]) -> list[dict[str, Any]]:
    def end(value: Any, infinite: str) -> str:
        return infinite if value is None else str(value)

    return [{"degree": b.degree, "birth": end(b.birth, "-inf"), "death": end(b.death, "inf")} for b in bars]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    entry = ENTRIES[name]
    answer, K = entry["answer"], complex_of(entry)
    assert list(K.f_vector()) == answer["cells"] and K.lineality == answer["lineality"]
    assert K.complex.n_regions == answer["activation_regions"]
    assert texts(K.barcode()) == answer["barcode"] and K.barcode() == K.barcode(0) == K.barcode(3)
    for ring in (2, 0, "Z"):
        critical = K.critical(ring)
        found = [
            {
                "value": str(own.value),
                "relative_betti": list(own.relative_betti),
                "flat_dim": own.flat_dim,
                "bounded": own.bounded,
            }
            for own in critical.components
        ]
        assert found == answer["critical"]
        assert critical.n_regular_flat == answer["regular_flat_components_of_positive_dimension"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_level_sets(name: str) -> None:
    entry = ENTRIES[name]
    K = complex_of(entry)
    for known in entry["answer"]["levels"]:
        for relation, betti in known["betti"].items():
            found = K.set(relation, known["level"])
            assert list(found.betti()) == list(found.betti(field=2)) == betti
            assert not any(group.torsion for group in found.homology())
            assert len(found.components()) == betti[0] and found.euler == alternating(betti)
            if found.is_closed:
                compact = found.betti("borel-moore")
                assert list(compact) == known.get("borel_moore", {}).get(relation, list(compact))
                assert found.euler_compact == alternating(compact)
                assert not found.is_bounded or compact[:-1] == found.betti()


def alternating(numbers: Any) -> int:
    return sum((-1) ** degree * number for degree, number in enumerate(numbers))


@pytest.mark.parametrize("name", of_kind("classes"))
def test_classes(name: str) -> None:
    entry = ENTRIES[name]
    answer, K = entry["answer"], ScoreComplex.of(network_of(entry), domain_of(entry))
    boundary = K.class_boundary()
    assert list(K.f_vector()) == answer["cells"]
    assert list(boundary.betti()) == answer["boundary"]["ordinary"]
    assert list(boundary.betti("borel-moore")) == answer["boundary"]["borel_moore"]
    opened = [K.class_region(label, strict=True) for label in range(K.n_classes)]
    assert sum(own.betti()[0] for own in opened) == answer["boundary"]["complement_components"]
    for label, (known, inside) in enumerate(zip(answer["classes"], opened, strict=True)):
        closed = K.class_region(label)
        assert list(closed.betti()) == known["closed"] and list(inside.betti()) == known["open"]
        assert list(closed.betti("borel-moore")) == known["closed_borel_moore"]
        assert len(closed.components()) == known["closed"][0] and len(inside.components()) == known["open"][0]


def test_a_projective_plane_has_torsion_and_bars_that_depend_on_the_field() -> None:
    entry = ENTRIES[PLANE]
    answer, K = entry["answer"], complex_of(entry)
    found = K.set(answer["relation"], answer["level"])
    assert list(K.f_vector()) == answer["cells"]
    assert (list(found.betti()), list(found.betti(field=2))) == (answer["betti_Q"], answer["betti_GF2"])
    assert [group.torsion for group in found.homology()] == [(), (2,), (), (), ()]
    assert texts(K.barcode(2)) == answer["barcode_GF2"] and texts(K.barcode(0)) == answer["barcode_Q"]
