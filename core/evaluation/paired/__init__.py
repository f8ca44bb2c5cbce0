"""Several answerers on the same clips: what they share, how they differ, and how sure that is."""
