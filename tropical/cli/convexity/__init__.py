"""The commands of tropical convexity: hulls and linear systems."""
