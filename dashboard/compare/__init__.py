"""What the page Compare alone draws."""
