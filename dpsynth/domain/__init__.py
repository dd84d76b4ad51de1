"""Which values can occur: declared in public, never read from the data."""
