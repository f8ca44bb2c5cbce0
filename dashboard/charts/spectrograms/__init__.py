"""Spectrograms as charts and pictures."""
