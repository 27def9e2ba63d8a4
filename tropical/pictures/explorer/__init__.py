"""The explorer: activation fans and linear regions in a browser, as a file or in a notebook, fed by exact scenes."""
