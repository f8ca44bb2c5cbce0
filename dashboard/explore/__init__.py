"""What the page Explore alone draws."""
