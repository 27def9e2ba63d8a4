"""Commands on tropical functions, and on networks as such: boundary, subdivision, conversion, decompositions."""
