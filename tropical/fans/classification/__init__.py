"""Classification of data by tropical rational functions: dichotomies, chambers, and the landscape of the 0/1 loss."""
