"""The run store: every training with its configuration, history and test probabilities, kept by MLflow."""
