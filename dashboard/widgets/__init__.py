"""Parts that several pages show: players, pickers, progress and messages."""
