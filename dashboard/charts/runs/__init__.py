"""Trainings, runs and what they predict as charts."""
