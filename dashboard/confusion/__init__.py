"""What the page Confusion alone draws."""
