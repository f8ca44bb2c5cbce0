"""Search for settings that do well on the validation part: ranges, trials, and what they came to (Optuna)."""
