"""The bundle that leaves."""
