"""Fewer coordinates: the same cells as without that, for programs and domains with common directions of lineality."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from polytopes.enumeration.cells import cells
from polytopes.enumeration.compiled_walk import blocks
from polytopes.enumeration.domain_section import section
from polytopes.enumeration.parallel.scheduler import count_in_pool
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.errors import DomainError
from polytopes.polyhedra.polyhedron import Polyhedron


def program(seed, dim, through):
    """A program whose forms depend on ``through`` combinations of ``dim`` coordinates, some read by a later stage."""
    choose = random.Random(seed)

    def row(slots):
        return {slot: Fraction(choose.randint(-2, 2), choose.choice([1, 1, 3])) for slot in (0, *slots)}

    build = ProgramBuilder(dim)
    directions = [[choose.randint(-1, 1) for _ in range(dim)] for _ in range(through)]

    def combination():
        factors = [choose.randint(-2, 2) for _ in directions]
        sums = [sum(f * d[k] for f, d in zip(factors, directions, strict=True)) for k in range(dim)]
        return {0: Fraction(choose.randint(-2, 2)), **dict(zip(build.inputs, map(Fraction, sums), strict=True))}

    slots = build.relu(build.linear([combination() for _ in range(choose.randint(1, 4))]))
    mixed = [{**combination(), **{slot: Fraction(choose.randint(-1, 1)) for slot in slots}} for _ in range(2)]
    slots = build.relu(build.linear([*mixed, row(slots)]))
    return build.finish((*slots, *build.inputs))


@pytest.fixture(autouse=True)
def every_dimension(monkeypatch):
    """Programs of few coordinates too."""
    monkeypatch.setattr("polytopes.enumeration.domain_section.WORTH_IT", 0)


def patterns(program_, domain, relative):
    return sorted(cell.pattern for cell in cells(program_, domain, None, relative))


@pytest.mark.parametrize("seed", range(60))
def test_same_patterns(seed):
    choose = random.Random(seed)
    dim = choose.randint(1, 5)
    program_ = program(seed, dim, choose.randint(0, dim))
    rows = [[choose.randint(0, 2), *(choose.randint(-1, 1) for _ in range(dim))] for _ in range(choose.randint(0, 2))]
    equations = [[0, *(choose.randint(-1, 1) for _ in range(dim))]] if choose.random() < 0.3 else []
    domain = Polyhedron.from_rows(rows, equations, dim) if rows or equations else None
    other, part, bounded = section(program_, domain, True, True)
    assert patterns(other, part, True) == patterns(program_, domain, True)
    n_bounded = sum(cell.is_bounded for cell in cells(program_, domain, None, True))
    if bounded:
        assert other is program_ and part is domain
    else:
        assert other.input_dim < dim and n_bounded == 0
    found = sum(block.count for block in blocks(other, part, keep=False, relative=True))
    assert found == count_in_pool(program_, domain, relative=True).count


@pytest.mark.parametrize("dim", [30, 400])
def test_wide_inputs(dim):
    """The pixels of an image, seen by five units."""
    choose = random.Random(dim)

    def rows(slots, count):
        return [{slot: Fraction(choose.gauss(0, 1)) for slot in (0, *slots)} for _ in range(count)]

    build = ProgramBuilder(dim)
    hidden = build.relu(build.linear(rows(build.inputs, 5)))
    wide = build.finish(build.relu(build.linear(rows(hidden, 4))))
    found, _, _ = section(wide)
    assert found.input_dim == 5 and found.n_gates == 9
    if dim < 100:
        assert patterns(found, None, False) == patterns(wide, None, False)


def test_whole_domains_stay():
    build = ProgramBuilder(2)
    program_ = build.finish(build.relu(build.inputs))
    box = Polyhedron.box([0, 0], [1, 1])
    assert section(program_, None, bounded=True) == (program_, None, True)
    assert section(program_, box, bounded=True) == (program_, box, True)
    build = ProgramBuilder(3)
    constant = build.finish(build.relu(build.linear([{0: Fraction(1)}])))
    assert section(constant) == (constant, None, False)


def test_flat_domains_are_refused_as_they_are():
    build = ProgramBuilder(3)
    program_ = build.finish(build.relu([1]))
    flat = Polyhedron.from_rows((), [(0, 1, 0, 0)])
    assert section(program_, flat, bounded=True) == (program_, flat, True)
    with pytest.raises(DomainError, match="dimension 2 in Q\\^3"):
        list(cells(*section(program_, flat)[:2]))
