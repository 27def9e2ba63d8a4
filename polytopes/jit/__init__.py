"""How kernels are compiled: the decorators, bundles of arrays, and compiled code that is out of date."""
