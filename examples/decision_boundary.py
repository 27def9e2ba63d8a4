"""Where does a trained classifier change its mind?

The decision boundary of a network trained on Iris, as an exact complex: in the box of the data, and in the whole plane,
of which it must be a part. Exact values of the network confirm which classes tie on every piece.
Run: python examples/decision_boundary.py
"""

import csv
from pathlib import Path

import tropical
from polytopes import Polyhedron
from polytopes.arithmetic import as_vector
from polytopes.complexes import same_support
from tropical import network_boundary

HERE = Path(__file__).parent / "networks"


def main():
    network = tropical.load(HERE / "iris.json")
    with open(HERE / "iris.csv", newline="") as file:
        points = [as_vector(row[:2]) for row in list(csv.reader(file))[1:]]
    lower, upper = ([choose(column) for column in zip(*points, strict=True)] for choose in (min, max))
    box = Polyhedron.box(lower, upper)

    found = network_boundary(network, box)
    print(f"{found.complex.n_maximal_cells} boundary segments in the box of the data, {found.n_components} components")
    print(f"regions of the classes: {', '.join(map(str, found.regions))}")

    for cell, classes in zip(found.complex.maximal_cells, found.ties, strict=True):
        scores = network(cell.interior_point())
        assert classes == {k for k, score in enumerate(scores) if score == max(scores)}, "ties"
    on_it = sum(found.complex.contains(point) for point in points)
    print(f"{on_it} of {len(points)} flowers lie on the boundary")

    whole = network_boundary(network)
    assert same_support(whole.complex.restriction(box), found.complex), "a part of the boundary of the whole plane"
    bounded = sum(cell.is_bounded for cell in whole.complex.maximal_cells)
    print(f"in the whole plane: {whole.complex.n_maximal_cells} cells, {bounded} of them bounded")


if __name__ == "__main__":
    main()
