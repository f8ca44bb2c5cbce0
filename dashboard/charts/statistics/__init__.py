"""Charts of what statistics say of runs: differences, calibration, advice, family trees, kinship."""
