"""Collections without sound: tables and arrays of pre-computed features."""
