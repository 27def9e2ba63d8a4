"""Commands about data sets: fan, classify, dichotomies, paths, types."""
