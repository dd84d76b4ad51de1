"""All noise and all arithmetic about it. The only place that draws privacy noise."""
