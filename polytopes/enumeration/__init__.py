"""Gate programs and their cells: the splitting tree, cells by vertices and by witnesses, and the compiled walk."""
