"""Networks: exact layers, graphs of them, and their gate programs."""
