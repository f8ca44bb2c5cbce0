"""What the page Gallery alone draws."""
