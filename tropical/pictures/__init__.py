"""Pictures: regions, tropical curves, polytopes, and the explorer."""
