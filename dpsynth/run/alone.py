"""One batch at a time in a folder of runs.

Two at once would each charge a run of the same policy, and each write its own `batch.json` over that of the other. The
lock goes with the process, however it ends. A run that is carried on with by itself (`dpsynth run --resume`, as the
tasks of a job array do) does not ask for it: it has a lock of its own.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dpsynth.errors import ResourceError

LOCK = ".batch"


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Holds the folder of all runs for a batch.

    The file of the lock stays: two that remove and make it could hold one each.

    Raises:
        ResourceError: another batch goes on there, or the disk refuses.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(out / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _refused(out, error) from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ResourceError(f"Another batch goes on in {out}. Let it finish, or stop it.") from None
        except OSError as error:
            raise _refused(out, error) from None
        yield
    finally:
        os.close(descriptor)


def _refused(out: Path, error: OSError) -> ResourceError:
    return ResourceError(
        f"The folder {out} cannot be used: {(error.strerror or 'refused').lower()}. Choose another place with --out."
    )
