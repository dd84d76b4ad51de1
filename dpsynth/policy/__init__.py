"""What a centre allows: the policy file."""
