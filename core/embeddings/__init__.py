"""Embeddings, a vector a clip: which clips are near each other, and what lies far from all of them.

Nothing here knows a run: what a run's network makes of clips is in `core.prediction`.
"""
