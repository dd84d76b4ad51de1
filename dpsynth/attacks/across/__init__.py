"""Attacks on whole people: all rows of a person in all tables, against all rows of synthetic people."""
