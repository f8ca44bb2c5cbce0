"""Front ends: from samples to a model's input, stored on disk and never computed twice."""
