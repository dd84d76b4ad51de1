"""How near synthetic people with their rows are to real ones, in what single rows do not show: numbers, ties, time."""
