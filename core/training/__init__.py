"""Splits and training, in a process of its own."""
