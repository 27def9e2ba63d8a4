"""polymake has the same pseudovertices, covectors and numbers of cells; where it is missing, this is skipped."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from tropical.convexity import TropicalPolytope

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("polymake") is None, reason="polymake is not there"),
]
SCRIPT = """
use application 'tropical';
my $P = new Polytope<{}>(POINTS=>{});
print join(";", map {{ join(",", @$_) }} @{{$P->PSEUDOVERTICES}}), "\\n";
my @graphs = @{{$P->PSEUDOVERTEX_COVECTORS}};
sub rows {{ my $c = shift; return join("|", map {{ join(",", @{{$c->row($_)}}) }} 0 .. $c->rows - 1); }}
print join(";", map {{ rows($_) }} @graphs), "\\n";
print $P->MAXIMAL_COVECTORS->size, "\\n";
"""


@pytest.mark.parametrize("convention", ["max", "min"])
@pytest.mark.parametrize("seed", range(2))
def test_pseudovertices(convention: str, seed: int, tmp_path: Path) -> None:
    chance = Random(seed)
    n, d = chance.randint(1, 5), chance.randint(2, 4)
    rows = [[0, *(chance.randint(-2, 2) for _ in range(d - 1))] for _ in range(n)]
    script = tmp_path / "script.pl"
    script.write_text(SCRIPT.format(convention.capitalize(), rows))
    run = subprocess.run(["polymake", "--script", script], capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    places, graphs, maximal = run.stdout.splitlines()
    theirs = {}
    for place, graph in zip(places.split(";"), graphs.split(";"), strict=True):
        first, *point = map(int, place.split(","))
        if first:
            by_column = [set(map(int, part.split(","))) if part else set() for part in graph.split("|")]
            theirs[tuple(point)] = tuple(tuple(k for k in range(d) if i in by_column[k]) for i in range(n))
    polytope = TropicalPolytope.of(rows, convention=convention)
    assert {tuple(map(int, x)): graph for x, graph in polytope.pseudovertices} == theirs
    assert int(maximal) == polytope.torus_f_vector[-1]
