"""What the command ``tropical`` does, apart from the declaration of its options in :mod:`tropical.cli`."""
