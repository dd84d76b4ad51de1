"""Is the promise true for this code? Games on invented people that try to prove it false."""
