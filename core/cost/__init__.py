"""What a training will cost: memory and time."""
