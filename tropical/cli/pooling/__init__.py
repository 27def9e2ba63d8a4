"""Commands on max-pooling layers: counts, single regions, comparisons of all ways to count."""
