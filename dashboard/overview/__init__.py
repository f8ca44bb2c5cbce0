"""What the page Overview alone draws."""
