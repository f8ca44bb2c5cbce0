"""What is trained and how: the configuration of a training, and presets."""
