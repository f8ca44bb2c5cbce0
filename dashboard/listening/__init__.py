"""The player: one component wherever a clip or a song is heard, and the pictures and scripts that it fetches."""
