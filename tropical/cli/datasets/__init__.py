"""Commands on data sets: their fans, classifiers and dichotomies, types of decision boundaries, and the explorer."""
