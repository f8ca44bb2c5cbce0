"""What the page Collections alone draws (in the singular: `collections` would hide Python's own module)."""
