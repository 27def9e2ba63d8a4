"""Activation fans: how N affine forms share out a finite set of points (Brandenburg, Loho and Montúfar 2024)."""
