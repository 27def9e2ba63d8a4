"""Trainings in the explorer: regions at checkpoints, curves, and the path through the fan of the data."""
