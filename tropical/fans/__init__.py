"""Data sets and the fans that they cut parameter space into."""
