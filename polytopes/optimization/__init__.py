"""Exact linear programs with certificates: guesses by solvers, verified or redone in integers."""
