"""A home's layout: its version, and how an older one becomes today's."""
