"""One way through the house."""
