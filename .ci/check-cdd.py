"""Check that the exact half of pycddlib was built and computes: the square has four vertices."""

import sys

try:
    import cdd.gmp

    square = cdd.gmp.matrix_from_array([[1, 1, 0], [1, -1, 0], [1, 0, 1], [1, 0, -1]])
    square.rep_type = cdd.gmp.RepType.INEQUALITY
    vertices = cdd.gmp.copy_generators(cdd.gmp.polyhedron_from_matrix(square)).array
    if len(vertices) != 4:
        raise RuntimeError(f"cddlib found {len(vertices)} vertices of the square, not 4")
except Exception as error:
    sys.exit(
        f"pycddlib is installed, but its exact module cdd.gmp does not work: {error}\n"
        "It was probably built without the headers of cddlib and GMP, or these libraries are gone. Install\n"
        "them (Debian, Ubuntu: libcdd-dev libgmp-dev; Homebrew, conda: cddlib gmp), then build it again:\n"
        f"    {sys.executable} -m pip install --force-reinstall --no-cache-dir --no-deps pycddlib"
    )
