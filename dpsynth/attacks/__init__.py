"""What somebody can do with a release."""
