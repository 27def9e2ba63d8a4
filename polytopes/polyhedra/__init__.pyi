from .cone import Cone as Cone
from .double_description import dual_generators as dual_generators
from .double_description import extreme_rays as extreme_rays
from .face_lattice import incidence_graph as incidence_graph
from .face_lattice import lattice_digraph as lattice_digraph
from .polyhedron import Polyhedron as Polyhedron
from .volume import volume as volume
