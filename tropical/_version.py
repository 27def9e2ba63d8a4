"""The version of the distribution ``tropical-polytopes``."""

__version__ = "0.1.0"
