"""Gate programs and their cells: the one engine behind regions, chambers and vertices of Minkowski sums.

A gate is a maximum of affine forms that passes on an output of its winner; a program is a list of gates, each on forms
of the outputs before it. A cell is a full-dimensional set on which every gate has one winner.

* ``gate_program``, ``program_builder``: the programs.
* ``domain_cell``, ``domain_frame``, ``domain_section``: the domain, in coordinates in which it is full-dimensional.
* ``splitting_tree``: the tree of cells; they are kept by their rays (``vertex_cell``) or by a point (``witness_cell``).
* ``cells``, ``blocks``: the cells one by one, or in blocks by the fastest way; ``limits`` says when to stop.
* ``compiled_walk``, ``packed_program``, ``packed_arrays``, ``kernels/``: the walk in certified floating point;
  ``exact_signs`` answers what is uncertain there.
* ``records``: cells as they are written to certificates.
* ``linear_pieces``: cells joined where the map is one; ``keyed_cells``, ``cell_store`` and ``key_tables`` keep them.
* ``cell_measures``: volumes of cells and areas of their facets, in blocks.
* ``boxes/``: boxes of many dimensions, by bounds and by linear programs with few rows.
* ``parallel/``: one enumeration shared among processes.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
