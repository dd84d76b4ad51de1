"""The visible sentences of the report, one module a language."""
