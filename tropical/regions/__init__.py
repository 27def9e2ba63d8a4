"""Activation regions and linear regions: counts, bounds, estimates, certificates, and surveys."""
