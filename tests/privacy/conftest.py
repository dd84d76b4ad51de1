"""Where nobody may make a small disk, the server's full disk cannot be tried, and its tests are not collected."""

from __future__ import annotations

from tests import small_disk

collect_ignore = [] if small_disk.may_be_made() else ["test_ledger_full_server.py"]
