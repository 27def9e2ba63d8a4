"""The compiled walk: cells in certified floating point, by numba.

* ``signs``, ``rays``: signs and new rays with rigorous error bounds; ``zeros``: exact zeros seen without arithmetic.
* ``stages``: the forms of a stage on a cell; ``finding``: their signs, and the gates that one form wins.
* ``cuts``, ``branching``: a cell gives way to its parts.
* ``probes``, ``descent``, ``combinations``, ``spans``: signs on cells that are kept by a point.
* ``facets``: records of cells; ``values``: forms at their rays; ``walk``: the loop; ``arrays``: the layout of what it
  works on.
* ``residues``: forms of cells modulo primes; ``beyond``: the patterns beyond facets that follow from them.
* ``bounded_simplex``, ``box_walk``: linear programs over a cube, and the walk over boxes of many dimensions.
  ``common_zeros``, ``zero_counts``: forms that vanish together, and parts of cells over a cube counted by them.
* ``sign_words``, ``word_splits``: signs of many units at once, one bit each, and splits of cells kept with them;
  ``sections``: the parts of a cell counted without visiting them; ``section_count``: the loop of a count that uses
  them; ``section_arrays``: its layout.
* ``double_double``, ``precise_tape``, ``measures``: forms on cells, volumes and areas to about 30 digits.

Compiled code is kept on disk beside these modules (or where NUMBA_CACHE_DIR says), as long as neither they nor what
they compile in change (:mod:`polytopes.jit.stale_code`).
"""
