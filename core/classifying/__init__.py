"""Many songs at once: found in folders and lists, judged in processes, kept line by line, told in tables."""
