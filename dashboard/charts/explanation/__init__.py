"""Figures of why a model says what it says, and what it would say of the song changed."""
