"""Synthesizers: one published mechanism a file."""
