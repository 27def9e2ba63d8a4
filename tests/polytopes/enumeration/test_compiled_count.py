"""The count by sections, and visits for patterns, against the walk that visits, a rational oracle and known answers."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise, zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polytopes.enumeration.blocks import program_blocks
from polytopes.enumeration.chains import is_chain
from polytopes.enumeration.compiled_count import CompiledCount, counted_blocks
from polytopes.enumeration.compiled_walk import blocks
from polytopes.enumeration.domain_cell import root_node
from polytopes.enumeration.packed_chain import packed_chain
from polytopes.enumeration.program_builder import ProgramBuilder
from polytopes.enumeration.records import Numbering
from polytopes.polyhedra.polyhedron import Polyhedron
from tests.benchmarks.peers import gaussian
from tests.sections_oracle import box_corners, parts

NEVER, ALWAYS, SOMETIMES = 0, 1, 2


def relu_program(dim, layers):
    build = ProgramBuilder(dim)
    slots = list(build.inputs)
    for weights, bias in layers:
        rows = [{0: b, **dict(zip(slots, row, strict=True))} for row, b in zip(weights, bias, strict=True)]
        slots = build.relu(build.linear([{k: Fraction(v) for k, v in row.items()} for row in rows]))
    return build.finish(slots)


def arrangement(forms):
    return relu_program(len(forms[0]) - 1, [([form[1:] for form in forms], [form[0] for form in forms])])


def by_sections(program, domain=None, refuse=NEVER, bounded=False, relative=False):
    found = list(counted_blocks(program, domain, bounded, relative, refuse, seed=3))
    return sum(block.count for block in found), sum(block.n_bounded for block in found)


def by_visits(program, domain=None, bounded=False, relative=False):
    found = list(blocks(program, domain, keep=False, bounded=bounded, method="vertices", relative=relative))
    return sum(block.count for block in found), sum(block.n_bounded for block in found)


def visited_for_patterns(program, domain=None, refuse=NEVER, relative=False):
    """The patterns, each once, and the numbers of cells and bounded cells."""
    found = list(counted_blocks(program, domain, True, relative, refuse, seed=3, keep=True))
    patterns = [bytes(pattern) for block in found for pattern in block.patterns]
    assert len(set(patterns)) == len(patterns) == sum(block.count for block in found)
    return set(patterns), sum(block.n_bounded for block in found)


def patterns_of_walk(program, domain=None, relative=False):
    found = list(blocks(program, domain, bounded=True, method="vertices", relative=relative))
    return {bytes(pattern) for block in found for pattern in block.patterns}, sum(block.n_bounded for block in found)


def box(dim, side=1):
    return Polyhedron.box([-side] * dim, [side] * dim)


KNOWN = [
    ([(0, 1, 0), (0, 0, 1), (0, 1, 1)], 6),
    ([(0, 1, 0), (0, 2, 0), (0, -1, 0)], 2),
    ([(0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)], 8),
    ([(0, 1, 0, 0), (0, 0, 1, 0), (0, 1, 1, 0)], 6),
    ([(-3, 1, 1, 1)], 1),
    ([(0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (0, 1, 1, 1)], 14),
    ([(0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (0, 0, 0, 1, 0), (0, 0, 0, 0, 1)], 16),
    ([(0, 1), (-1, 2), (0, 3), (1, -2), (5, 1), (0, 0)], 3),
    ([(0, 0, 0), (1, 0, 0)], 1),
]


@pytest.mark.parametrize("refuse", [NEVER, ALWAYS, SOMETIMES])
@pytest.mark.parametrize(("forms", "count"), KNOWN)
def test_known_numbers_of_parts_of_a_box(forms, count, refuse):
    dim = len(forms[0]) - 1
    assert by_sections(arrangement(forms), box(dim), refuse, bounded=True) == (count, count)
    assert parts(forms, box_corners(dim)) == count


def forms_in(dim):
    return st.lists(st.tuples(*[st.integers(-2, 2)] * (dim + 1)), min_size=1, max_size=7)


@given(st.integers(2, 4).flatmap(forms_in))
def test_degenerate_arrangements_in_a_box(forms):
    dim = len(forms[0]) - 1
    expected = parts(forms, box_corners(dim))
    for refuse in (NEVER, ALWAYS, SOMETIMES):
        assert by_sections(arrangement(forms), box(dim), refuse) == (expected, 0)


def many_lines(seed):
    """Lines of which some go through one point, and some past it by so little that floats are in doubt."""
    rng = random.Random(seed)
    lines = [tuple(rng.gauss(0, 1) for _ in range(3)) for _ in range(rng.randint(4, 14))]
    x, y = Fraction(rng.randint(-8, 8), 16), Fraction(rng.randint(-8, 8), 16)
    for _ in range(rng.randint(6, 12)):
        a, b = rng.randint(1, 9), rng.randint(-9, 9)
        past = Fraction(rng.choice((0, 0, 1)), 2 ** rng.choice((20, 40, 55)))
        lines.append((-a * x - b * y + past, a, b))
    rng.shuffle(lines)
    return lines


@pytest.mark.parametrize("seed", range(8))
def test_many_lines_in_a_polygon(seed):
    program = arrangement(many_lines(seed))
    wedge = Polyhedron.from_rows([(1, 1, 0), (2, 1, 3)], [], 2)
    for domain in (box(2), wedge):
        expected = by_visits(program, domain, bounded=True)
        for refuse in (NEVER, ALWAYS, SOMETIMES):
            assert by_sections(program, domain, refuse, bounded=True) == expected


@pytest.mark.parametrize("dim", [2, 3])
def test_networks_without_constants_ask_nothing(dim):
    """All hyperplanes of the first layer meet at the origin, inside the box, which floats cannot tell."""
    weights = gaussian(0, dim, 12, 1) if dim == 2 else gaussian(0, dim, 8, 6, 1)
    program = network_program([(W, 0 * b) for W, b in weights])
    for domain in (box(dim, 10), box(dim, Fraction(7, 3))):
        found = list(counted_blocks(program, domain))
        assert sum(block.count for block in found) == by_visits(program, domain)[0]
        assert sum(block.asked for block in found) == 0
        assert by_sections(program, domain, SOMETIMES)[0] == by_visits(program, domain)[0]


def random_layers(rng, widths, kind):
    layers = []
    draws = {"floats": lambda: rng.gauss(0, 1), "grid": lambda: rng.randint(-1, 1)}
    draw = draws.get(kind, lambda: rng.randint(-2, 2))
    for inputs, units in pairwise(widths):
        rows = [[draw() for _ in range(inputs + 1)] for _ in range(units)]
        for k in range(1, units):
            if kind == "copies" and rng.random() < 0.4:
                rows[k] = [rng.choice((-1, 1, 2)) * entry for entry in rows[rng.randrange(k)]]
        if rng.random() < 0.2:
            rows = [[*row[:-1], 0] for row in rows]
        layers.append(([row[:-1] for row in rows], [row[-1] for row in rows]))
    return layers


def random_case(seed):
    rng = random.Random(seed)
    dim = rng.choice((1, 2, 2, 3, 3, 4, 5))
    most = (0, 6, 6, 5, 4, 4)[dim]
    widths = [dim, *(rng.randint(1, most) for _ in range(rng.randint(1, 3)))]
    program = relu_program(dim, random_layers(rng, widths, rng.choice(("floats", "grid", "small", "copies"))))
    domain = rng.choice((None, box(dim), box(dim, Fraction(7, 3)), Polyhedron.from_rows([(1, *[1] * dim)], [], dim)))
    return program, domain


@pytest.mark.parametrize("seed", range(60))
def test_sections_count_what_is_visited(seed):
    program, domain = random_case(seed)
    expected = by_visits(program, domain, bounded=True)
    for refuse in (NEVER, ALWAYS, SOMETIMES):
        assert by_sections(program, domain, refuse, bounded=True) == expected
    assert by_sections(program, domain)[0] == expected[0]


@pytest.mark.parametrize("seed", range(60))
def test_patterns_are_those_of_the_walk(seed):
    program, domain = random_case(seed)
    expected = patterns_of_walk(program, domain)
    for refuse in (NEVER, ALWAYS, SOMETIMES):
        assert visited_for_patterns(program, domain, refuse) == expected


def by_pattern(found):
    """The facets of every cell and a point inside it, by its pattern."""
    table = {}
    for records in (block.records for block in found):
        ends = records.n_facets.cumsum().tolist()
        for i, pattern in enumerate(records.patterns):
            facets = records.facets[ends[i] - records.n_facets[i] : ends[i]].tolist()
            point = records.exact.get(i) or [Fraction(entry) for entry in records.points[i].tolist()]
            table[bytes(pattern)] = sorted(facets), [Fraction(entry) / point[0] for entry in point[1:]]
    return table


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_records_are_those_of_the_walk(seed):
    """Facets as sets of hyperplanes, since units with one hyperplane are numbered by either."""
    program, domain = random_case(seed)
    frame, _ = root_node(program, domain, "vertices", False)
    numbering, columns = Numbering(program, frame, domain), frame.columns
    expected = by_pattern(blocks(program, domain, records=True, method="vertices"))
    for refuse in (NEVER, SOMETIMES):
        found = by_pattern(counted_blocks(program, domain, refuse=refuse, seed=3, records=True))
        assert found.keys() == expected.keys()
        for pattern, (facets, point) in found.items():
            tape, winners = program.run(columns, tuple(pattern)), tuple(pattern)
            rows = [{numbering.inequality(k, winners, tape) for k in own} for own in (facets, expected[pattern][0])]
            assert rows[0] == rows[1] and len(facets) == len(rows[0])
            assert all(sum(a * b for a, b in zip(row, (1, *point), strict=True)) > 0 for row in rows[0])
            assert program.pattern_at(point) == winners


@pytest.mark.parametrize("seed", range(12))
def test_patterns_with_slopes_and_without_weights(seed):
    rng = random.Random(seed)
    dim = rng.choice((1, 2, 3))
    for program in (leaky_program(rng, dim), direct_program(rng, dim)):
        for domain in (None, box(dim, 2)):
            assert visited_for_patterns(program, domain, SOMETIMES) == patterns_of_walk(program, domain)


@pytest.mark.parametrize("widths", [(1, 80, 70, 1), (2, 70, 5, 1), (2, 5, 70, 1), (3, 3, 66, 1)])
def test_patterns_of_layers_of_more_units_than_a_word_has_bits(widths):
    program = network_program(gaussian(1, *widths))
    for domain in (None, box(widths[0], 10)):
        assert visited_for_patterns(program, domain) == patterns_of_walk(program, domain)


def test_patterns_in_a_polygon_in_space():
    program = network_program(gaussian(4, 3, 9, 9, 1))
    tangents = [(2 * t, 1 - t * t, 1 + t * t) for t in (Fraction(k, 12) for k in range(-50, 50))]
    for sides in (tangents[20:75], tangents):
        domain = Polyhedron.from_rows([(3 * r, a, b, 0) for a, b, r in sides], [(0, 0, 1, 5)], 3)
        found = visited_for_patterns(program, domain, relative=True)
        assert found == patterns_of_walk(program, domain, relative=True)


def network_program(weights):
    return relu_program(weights[0][0].shape[1], [(W.tolist(), b.tolist()) for W, b in weights[:-1]])


GENERIC = {
    (2, 32, 32, 1): 1780,
    (2, 64, 64, 1): 6671,
    (3, 32, 32, 1): 40141,
    (4, 16, 16, 1): 25009,
    (5, 12, 12, 1): 36269,
    (6, 10, 10, 1): 23025,
    (2, 16, 16, 16, 16, 1): 1605,
    (3, 12, 12, 12, 1): 3601,
    (5, 18, 1): 11407,
}
"""Numbers of regions in [-10, 10]^d, on which edge subdivision and two other programs in floating point agree."""


@pytest.mark.parametrize("widths", GENERIC)
def test_generic_networks(widths):
    program = network_program(gaussian(0, *widths))
    assert by_sections(program, box(widths[0], 10)) == (GENERIC[widths], 0)


@pytest.mark.parametrize("widths", [(7, 8, 4, 1), (8, 9, 3, 1)])
def test_many_dimensions(widths):
    """The cells of these are visited by points as well."""
    program = network_program(gaussian(1, *widths))
    for domain in (None, box(widths[0])):
        visited = sum(block.count for block in blocks(program, domain, keep=False, method="witness"))
        assert by_sections(program, domain)[0] == visited
        assert sum(block.count for block in program_blocks(program, domain, keep=False)) == visited


@pytest.mark.parametrize("widths", [(1, 80, 70, 1), (2, 70, 5, 1), (2, 5, 70, 1), (2, 100, 1), (3, 3, 66, 1)])
def test_layers_of_more_units_than_a_word_has_bits(widths):
    program = network_program(gaussian(1, *widths))
    for domain in (None, box(widths[0], 10)):
        assert by_sections(program, domain, bounded=True) == by_visits(program, domain, bounded=True)


def test_cells_of_more_walls_than_a_word_has_bits():
    """A polygon of 55 sides, and one of 100, the parts of which are visited where there are too many walls."""
    tangents = [(2 * t, 1 - t * t, 1 + t * t) for t in (Fraction(k, 12) for k in range(-50, 50))]
    program = network_program(gaussian(3, 2, 12, 12, 1))
    for sides in (tangents[20:75], tangents):
        domain = Polyhedron.from_rows([(3 * r, a, b) for a, b, r in sides], [], 2)
        assert by_sections(program, domain, bounded=True) == by_visits(program, domain, bounded=True)


SLOPES = (Fraction(0), Fraction(-1), Fraction(1, 10), Fraction(2), Fraction(0.01), 1 - Fraction(1, 10**9))


def leaky_program(rng, dim):
    """A network with a slope of its own in every layer."""
    build = ProgramBuilder(dim)
    slots = list(build.inputs)
    widths = [dim, *(rng.randint(1, 5) for _ in range(rng.randint(2, 3)))]
    for weights, bias in random_layers(rng, widths, rng.choice(("floats", "grid", "small", "copies"))):
        rows = [{0: b, **dict(zip(slots, row, strict=True))} for row, b in zip(weights, bias, strict=True)]
        forms = build.linear([{slot: Fraction(entry) for slot, entry in row.items()} for row in rows])
        slots = build.relu(forms, rng.choice(SLOPES))
    return build.finish(slots)


@pytest.mark.parametrize("seed", range(25))
def test_layers_with_slopes(seed):
    rng = random.Random(seed)
    dim = rng.choice((1, 2, 3, 4))
    program = leaky_program(rng, dim)
    assert is_chain(program)
    for domain in (None, box(dim, 2)):
        expected = by_visits(program, domain, bounded=True)
        for refuse in (NEVER, SOMETIMES):
            assert by_sections(program, domain, refuse, bounded=True) == expected


def test_a_slope_that_no_integer_stands_for():
    """Half of a form of integers, in a program of integers, is passed on: its cells are visited."""
    build = ProgramBuilder(2)
    z = build.linear([{1: Fraction(2)}, {1: Fraction(2), 2: Fraction(4)}, {2: Fraction(1)}])
    slots = build.relu(z[:2], Fraction(-1))
    program = build.finish(build.relu(build.linear([{0: Fraction(-3), slots[0]: Fraction(1), slots[1]: Fraction(1)}])))
    assert is_chain(program) and packed_chain(program) is None
    assert by_sections(program, box(2, 9), bounded=True) == by_visits(program, box(2, 9), bounded=True)


def test_cells_of_many_walls_below_a_plane_that_is_opened_at_once():
    """The cell in the middle of 70 tangents of a circle is visited, below orthants and where there are none."""
    tangents = [(2 * t, 1 - t * t, -1 - t * t) for t in (Fraction(k, 9) for k in range(-35, 35))]
    later = ([[1] * 35 + [-1] * 35, [k % 5 - 2 for k in range(70)]], [1, -3])
    program = relu_program(2, [([row[:2] for row in tangents], [row[2] for row in tangents]), later])
    assert by_sections(program, bounded=True) == by_visits(program, bounded=True)


def direct_program(rng, dim):
    """A network in which gates compare with 0 what their stage could read, beside multiples of that."""
    build = ProgramBuilder(dim)
    slots = list(build.inputs)
    for _ in range(rng.randint(1, 3)):
        rows = [{slot: Fraction(rng.randint(-1, 1)) for slot in (0, *slots)} for _ in range(rng.randint(1, 4))]
        rows += [{rng.choice(slots): Fraction(rng.choice((-1, 2)))}]
        chosen = [*rng.sample(slots, rng.randint(0, len(slots))), *build.linear(rows)]
        rng.shuffle(chosen)
        slots = build.relu(chosen)
    return build.finish(slots)


@pytest.mark.parametrize("seed", range(25))
def test_units_without_weights_of_their_own(seed):
    rng = random.Random(seed)
    dim = rng.choice((1, 2, 3))
    program = direct_program(rng, dim)
    assert is_chain(program)
    for domain in (None, box(dim, 2)):
        expected = by_visits(program, domain, bounded=True)
        for refuse in (NEVER, SOMETIMES):
            assert by_sections(program, domain, refuse, bounded=True) == expected


@pytest.mark.parametrize("dim", [2, 4, 6])
def test_lines_common_to_all_cells_are_left_out(dim):
    """Networks of the first two of the coordinates, or of their sum alone."""
    rows = [[k - 2, 1 - k] + [0] * (dim - 2) for k in range(5)]
    sums = [[k, k] + [0] * (dim - 2) for k in range(5)]
    bias, later = [1, -2, 3, 0, 2], ([[1, -1, 2, 1, -3], [-1, 1, 1, 0, 1]], [-1, 2])
    for first in (rows, sums):
        program = relu_program(dim, [(first, bias), later])
        found = list(program_blocks(program, keep=False, bounded=True))
        flat = relu_program(2, [([row[:2] for row in first], bias), later])
        expected = by_visits(flat, bounded=True)
        assert sum(block.count for block in found) == expected[0]
        assert sum(block.n_bounded for block in found) == (expected[1] if dim == 2 else 0)


@pytest.mark.parametrize(("keep", "recorded"), [(False, False), (True, False), (True, True)])
def test_a_count_in_pieces_below_nodes(keep, recorded):
    """Whatever a count leaves when it is stopped is counted from its paths; one that was left changes no other."""
    program = network_program(gaussian(2, 3, 8, 8, 8, 1))
    frame, root = root_node(program, None, "vertices", False)
    numbering = Numbering(program, frame, None) if recorded else None
    whole, pieces = (CompiledCount(program, frame, True, keep=keep, numbering=numbering) for _ in range(2))
    expected = sum(block.count for block in whole.blocks(root))
    paths, count, patterns, n_facets = [()], 0, set(), 0
    with pytest.MonkeyPatch.context() as patch:
        for name in ("STEPS", "STEPS_OF_RECORDS"):
            patch.setattr(f"polytopes.enumeration.compiled_count.{name}", 7)
        patch.setattr("polytopes.enumeration.compiled_count.MOST_PATTERNS", 5)
        while paths:
            path = paths.pop()
            for number, block in enumerate(pieces.blocks(root, path)):
                count += block.count
                patterns |= {bytes(pattern) for pattern in (block.patterns if keep else ())}
                n_facets += len(block.records.facets) if recorded else 0
                left = pieces.open_paths()
                if number > 20 and left != [path]:
                    paths += left
                    break
    assert count == expected == by_visits(program)[0]
    assert not keep or patterns == patterns_of_walk(program)[0]
    whole = blocks(program, None, records=True, method="vertices")
    assert not recorded or n_facets == sum(len(block.records.facets) for block in whole)


def test_networks_of_one_shape_share_no_state():
    programs = [network_program(gaussian(seed, 3, 6, 6, 1)) for seed in range(4)]
    streams = [counted_blocks(program, box(3)) for program in programs]
    alone = [by_sections(program, box(3))[0] for program in programs]
    found = [sum(block.count for block in stream) for stream in streams]
    together = [0] * 4
    for blocks_of_all in zip_longest(*(counted_blocks(program, box(3)) for program in programs)):
        together = [n + (block.count if block else 0) for n, block in zip(together, blocks_of_all, strict=True)]
    assert found == alone == together


@pytest.mark.parametrize("size", [Fraction(1, 10**300), Fraction(10**320), Fraction(1, 10**400)])
def test_weights_beyond_the_range_of_the_error_model(size):
    """Such forms are given up by the floats; at corners that are exact they are still no zeros."""
    lines = [[size, 0], [0, size], [size, size], [size, -size]]
    program = relu_program(2, [(lines, [0, 0, size / 2**40, 0])])  # no short integers stand for these
    for domain in (box(2), None):
        assert by_sections(program, domain)[0] == by_visits(program, domain)[0] == 10
        assert visited_for_patterns(program, domain) == patterns_of_walk(program, domain)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(100, 3100, 500))
def test_many_random_networks(start):
    for seed in range(start, start + 500):
        program, domain = random_case(seed)
        expected = by_visits(program, domain, bounded=True)
        assert by_sections(program, domain, NEVER, bounded=True) == expected, seed
        assert by_sections(program, domain, SOMETIMES, bounded=True) == expected, seed
        assert visited_for_patterns(program, domain, SOMETIMES) == patterns_of_walk(program, domain), seed
