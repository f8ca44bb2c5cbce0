"""What the page Classify alone draws."""
