"""Who signed what about a release, and what that makes of it: keys, signatures, roles, states."""
