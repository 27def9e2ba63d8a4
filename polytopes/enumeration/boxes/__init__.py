"""Gate programs over boxes with many coordinates."""
