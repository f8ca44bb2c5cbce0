"""A run as one file that can be taken away: used by a bare script, and taken in by another Genre Lab."""
