"""Are the mistakes human: kinship of styles as the literature tells it, and listeners' answers beside those of runs."""
