"""The release report, in an internal and a public edition."""
