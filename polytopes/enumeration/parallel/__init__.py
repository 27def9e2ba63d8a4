"""One enumeration in many hands: slices of the splitting tree, workers, a cluster, and checkpoints."""
