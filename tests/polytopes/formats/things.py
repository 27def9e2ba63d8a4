"""Polyhedra, cones, fans and complexes of every degenerate kind."""

from polytopes.complexes.fan import Fan
from polytopes.complexes.normal_fan import normal_fan
from polytopes.complexes.polyhedral_complex import PolyhedralComplex
from polytopes.complexes.regular_subdivision import regular_subdivision
from polytopes.polyhedra.cone import Cone
from polytopes.polyhedra.polyhedron import Polyhedron

POLYHEDRA = {
    "square": Polyhedron.box([0, 0], [1, "3/2"]),
    "triangle in space": Polyhedron.from_generators([("1/2", 0, 0), (0, 1, 0), (0, 0, "-7/3")]),
    "point": Polyhedron.from_generators([("1/3", -2)]),
    "wedge": Polyhedron.from_inequalities([[1, -1], [-1, -2]], [0, 3]),
    "ray": Polyhedron.from_generators([(1, 2)], rays=[(3, -1)]),
    "strip": Polyhedron.from_inequalities([[1, 0], [-1, 0]], [1, 1]),
    "line": Polyhedron.from_generators([("1/2", 0)], lines=[(1, 2)]),
    "half-space with a line": Polyhedron.from_rows([(1, 1, 1, 0)]),
    "plane": Polyhedron.whole_space(2),
    "empty": Polyhedron.empty(2),
    "cone": Polyhedron.from_generators(rays=[(1, 0), (1, 3)]),
    "large": Polyhedron.box([-(10**40)], ["1/3"]),
}
ORIGIN = {"point of no dimension": Polyhedron.whole_space(0), "nothing of no dimension": Polyhedron.empty(0)}
CONES = {
    "pointed": Cone.from_rays([(1, 0), (1, 2)]),
    "half-plane": Cone.from_rows([(0, 1)]),
    "line": Cone.from_rays(lines=[(1, 2, 0)]),
    "origin": Cone.from_rays(ambient_dim=2),
    "space": Cone.from_rows(ambient_dim=2),
    "flat": Cone.from_rows([(1, 0, 0), (0, 1, 0)], [(0, 0, 1)]),
}
FANS = {
    "cube": normal_fan(Polyhedron.box([0, 0, 0], [1, 1, 1])),
    "octahedron": normal_fan(Polyhedron.box([-1] * 3, [1] * 3).polar()),
    "with lines": normal_fan(Polyhedron.from_generators([(0, 0, 0), (1, 2, 0), (3, 1, 0)])),
    "of several dimensions": Fan.from_rays([(1, 0), (0, 1), (-1, -1)], [(0, 1), (2,)]),
    "rays": Fan.from_rays([(1, 0), (0, 1), (-1, -1)], [(0,), (1,), (2,)]),
    "origin": Fan.from_rays([], [()], ambient_dim=2),
    "space": Fan.from_rays([], [()], [(1, 0), (0, 1)]),
    "no cone": Fan.from_rays([], [], ambient_dim=3),
}
COMPLEXES = {
    "triangulation": regular_subdivision([(0, 0), (2, 0), (0, 2), (1, 1)], [0, 0, 0, 1]).complex(),
    "hyperplanes": regular_subdivision([(0, 0), (1, 0), (0, 1)], [0, "1/2", 0]).dual_complex(),
    "with lines": regular_subdivision([(0, 0), (1, 1), (2, 2)], [0, 1, 0]).dual_complex(),
    "of several dimensions": PolyhedralComplex.from_polyhedra(
        [Polyhedron.box([0, 0], [1, 1]), Polyhedron.from_generators([(1, 1)], rays=[(1, 0)])]
    ),
    "plane": PolyhedralComplex.from_polyhedra([Polyhedron.whole_space(2)]),
    "no cell": PolyhedralComplex(2, ()),
}
