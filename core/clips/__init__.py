"""What a clip, an excerpt of one, and a collection of clips is."""
