"""Accuracy with its interval, confusion matrices and comparisons of runs."""
