"""Where rows are: reads, bounds and splits them. Nothing here adds noise."""
