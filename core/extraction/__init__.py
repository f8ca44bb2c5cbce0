"""Features computed from clips, on many processes or machines, and where they are stored."""
