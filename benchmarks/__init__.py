"""How fast Genre Lab is, as ratios to what a user would otherwise run. See `python -m benchmarks -h`."""
