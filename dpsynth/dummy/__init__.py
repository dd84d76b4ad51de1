"""Dummy data at zero budget: rows drawn from the policy alone, at three levels of likeness. No real row is involved."""
