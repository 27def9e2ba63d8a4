"""One question asked of all regions: extrema, Lipschitz constants, differences, degeneracy, decision boundaries."""
