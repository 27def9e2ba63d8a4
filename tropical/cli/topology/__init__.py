"""The command on topology: what it asks, its documents, what a person sees, its pictures."""
