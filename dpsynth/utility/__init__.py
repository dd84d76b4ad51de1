"""How useful a release is: free against noisy measurements, internal against real rows."""
