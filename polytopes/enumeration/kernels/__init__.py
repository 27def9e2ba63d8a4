"""The compiled walk: cells in certified floating point, by numba.

* ``signs``, ``rays``: signs and new rays with rigorous error bounds; ``zeros``, ``modular_rows``: exact zeros seen
  without arithmetic, or modulo primes.
* ``stages``: the forms of a stage on a cell; ``finding``: their signs, and the gates that one form wins.
* ``cuts``, ``branching``: a cell gives way to its parts.
* ``probes``, ``descent``, ``combinations``, ``spans``: signs on cells that are kept by a point.
* ``facets``: records of cells; ``values``: forms at their rays; ``walk``: the loop; ``arrays``: the layout of what it
  works on.
* ``residues``: forms of cells modulo primes; ``beyond``: the patterns beyond facets that follow from them.
* ``bounded_simplex``, ``cube_proofs``, ``box_hints``, ``box_gates``, ``box_choices``, ``box_walk``: linear programs
  over a cube, proofs of what they find, what is tried before, what gates of two and of more forms are on a cell, and
  the walk over boxes of many dimensions; ``box_arrays``: its layout.
  ``zero_search``, ``common_zeros``, ``zero_counts``: forms that seem to vanish together, the proofs that they do, and
  parts of cells over a cube counted by them.
* ``sign_words``, ``word_splits``: signs of many units at once, one bit each, and splits of cells kept with them;
  ``sections``: the parts of a cell counted without visiting them; ``section_count``: the loop of a count that uses
  them; ``stage_sums``: the forms that it has of the next stage; ``section_arrays``: its layout.
* ``double_double``, ``precise_tape``: forms on cells to about 30 digits; ``cell_volumes``, ``map_measures``: volumes
  and areas, norms and ranks of gradients; ``measures``: all of them, in the arrays of ``measured_cells``.

Compiled code is kept on disk beside these modules (or where NUMBA_CACHE_DIR says), as long as neither they nor what
they compile in change (:mod:`polytopes.jit.stale_code`).
"""
