"""The commands of tropical convexity: hulls, linear systems, axioms of types."""
