"""Groups of runs that were started in one go: folds, seeds, the protocols of a leak meter; and what they come to."""
