"""What each page shows: from frozen values to a template."""
