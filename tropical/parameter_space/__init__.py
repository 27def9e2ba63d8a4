"""The weights vary and the data stand: attained dichotomies, sign changes, sampling, positions, Jacobians."""
