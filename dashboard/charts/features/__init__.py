"""Clips and their features as charts."""
