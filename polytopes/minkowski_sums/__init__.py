"""Minkowski sums kept unexpanded, and sums of simplices: hypergraphs, acyclic choices, sliding windows."""
