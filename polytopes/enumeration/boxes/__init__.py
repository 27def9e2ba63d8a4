"""Gate programs over boxes of many dimensions, hundreds or thousands of them.

* ``float_forms``: affine forms over a box in floating point, each with a bound on its error.
* ``program_bounds``: the forms of a program bounded over a box; ``reduction``: the program without the gates that are
  closed on it, in as many coordinates as there are forms left.
* ``box_space``: these coordinates over the box; ``box_cell``, ``box_cells``: cells in exact arithmetic, by
  ``box_programs`` in floats and :mod:`polytopes.optimization.cube_maximum` in fractions.
* ``box_walk``: the walk that is compiled (:mod:`polytopes.enumeration.kernels.box_walk`), over the arrays of
  ``packed_box_program``; ``part_counts``: the parts of a cell under the last gates, counted at once;
  ``pace``: whether that is quicker than to visit them.
"""
