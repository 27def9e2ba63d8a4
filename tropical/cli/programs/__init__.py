"""The commands on linear programs as flows: rates on polytopes, and Markov decision processes."""
