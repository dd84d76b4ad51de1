"""Several tables at once: clipped marginals of people and of their rows, and sequences drawn row by row."""
