"""What all tests share."""

from __future__ import annotations

import os
import tempfile

# Audits are kept in the user's cache folder: tests keep theirs apart, also in the processes that they start.
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="dpsynth-tests-")
