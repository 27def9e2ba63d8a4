"""One function in several forms: tropical maps, maxout, one hidden layer, convex decompositions, networks."""
