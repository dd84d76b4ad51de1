"""Where the ledger's SQLite file lies: on a local disk, closed to others, and never empty."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import URL

from dpsynth.errors import LedgerError

NETWORK = frozenset(
    (
        *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse.ceph", "fuse.davfs2", "fuse.glusterfs"),
        *("fuse.rclone", "fuse.s3fs", "fuse.sshfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4"),
        *("ocfs2", "orangefs", "pvfs2", "smb2", "smb3", "smbfs"),
    )
)
"""File systems that several hosts share. SQLite's locks need not hold there: two hosts could both get the last of a
budget. Source: https://www.sqlite.org/howtocorrupt.html, section 2.1."""


def sqlite_path(url: URL, text: str) -> Path:
    """The file that a URL names.

    Args:
        url: as it was understood.
        text: as it was given.

    Raises:
        LedgerError: the URL is not sqlite:///PATH. A database in memory would forget what was spent.
    """
    name = url.database or ""
    # After a question mark the path is another one than it looks.
    if url.drivername != "sqlite" or "?" in text or url.host or not name or name.startswith((":", "file:")):
        shown = url.render_as_string(hide_password=True)
        raise LedgerError(f"--ledger is {shown!r}; allowed is the path of a file as sqlite:///PATH.")
    return Path(name)


def refuse_network(path: Path, mounts: Path = Path("/proc/mounts")) -> None:
    """Asks the system which file system holds a path; where it does not tell, says nothing.

    Raises:
        LedgerError: the file system is shared over a network.
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return
    place, best, kind = path.resolve(), -1, ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
        # Of two mounts on one place the later covers the earlier.
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    if kind in NETWORK:
        raise LedgerError(
            f"The ledger {path} would lie on a network file system ({kind}), where several hosts could overspend it "
            "together. Give --ledger a place on a local disk."
        )


def ensure(path: Path, fill: Callable[[Path], None]) -> None:
    """Creates a ledger that does not exist: whole under another name, then by one link, so that nobody sees it half.

    Args:
        path: where it shall lie.
        fill: writes an empty ledger into a file.

    Raises:
        LedgerError: the file exists and is empty. It was cut off, or is no ledger: a fresh budget must not grow there.
        OSError: the place cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        # mkstemp makes files of mode 0600: the ledger holds the secret key of the holdout split.
        descriptor, temporary = tempfile.mkstemp(prefix=".ledger-", dir=path.parent)
        os.close(descriptor)
        try:
            fill(Path(temporary))
            os.link(temporary, path)
        except FileExistsError:
            pass  # another process was first
        finally:
            Path(temporary).unlink(missing_ok=True)
    if path.is_file() and path.stat().st_size == 0:
        raise LedgerError(
            f"The ledger {path} is empty: what was spent is lost. Restore it from a backup; remove the file only if "
            "nothing was ever released."
        )
