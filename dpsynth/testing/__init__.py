"""Abstract behaviour suites that every plug-in must pass, and what they need. Nothing here protects anybody."""
