"""A real PostgreSQL server for tests and benchmarks: in a folder of its own, by an unprivileged user, on a socket."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

MISSING = "There is no PostgreSQL server on this machine. Debian: apt-get install -y --no-install-recommends postgresql"
OWNER = "dpsynth_owner"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, of the newest version that is installed."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        folder: with its data, its socket and its log.
        port: part of the socket's name; nothing listens on a network.
    """

    folder: Path
    port: int = 5432

    def url(self, database: str, role: str = OWNER) -> str:
        """Where a ledger lies."""
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def sql(self, *statements: str, database: str = "postgres", role: str = "postgres") -> list[tuple[object, ...]]:
        """Statements, each by itself; rows of the last one."""
        with psycopg.connect(host=str(self.folder), dbname=database, user=role, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def database(self, name: str) -> str:
        """A new database that belongs to `OWNER`; its URL."""
        self.sql(f"CREATE DATABASE {name} OWNER {OWNER}")
        return self.url(name)

    def drop(self, name: str) -> None:
        """Removes a database, whoever is connected."""
        self.sql(f"DROP DATABASE {name} WITH (FORCE)")

    def control(self, *words: str) -> None:
        """Calls pg_ctl."""
        place = programs()
        assert place is not None
        run_unprivileged([str(place / "pg_ctl"), "-D", str(self.folder / "data"), "-w", "-s", *words])

    def start(self) -> None:
        settings = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_connections=60"
        self.control("-l", str(self.folder / "log"), "-o", settings, "start")

    def stop(self) -> None:
        """As a power cut would: clients are not asked."""
        self.control("-m", "immediate", "stop")


def account() -> str | None:
    """Who may run the server: it refuses the superuser. None: whoever runs the tests."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def run_unprivileged(command: list[str]) -> None:
    user = account()
    group = pwd.getpwnam(user).pw_gid if user else None
    extra = [] if user else None
    done = subprocess.run(
        command, user=user, group=group, extra_groups=extra, capture_output=True, text=True, cwd="/", timeout=60,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}: {done.stdout} {done.stderr}"


def _any_disk(folder: Path) -> contextlib.AbstractContextManager[None]:
    return contextlib.nullcontext()


@contextlib.contextmanager
def server(disk: Callable[[Path], contextlib.AbstractContextManager[None]] = _any_disk) -> Iterator[Server]:
    """Starts a server, and stops it. Commits are written to the disk, as the ledger demands.

    Args:
        disk: makes its folder another disk for as long.
    """
    place = programs()
    assert place is not None, MISSING
    folder = Path(tempfile.mkdtemp(prefix="dpsynth-pg-", dir="/tmp"))  # a socket's path has at most 107 characters
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.enter_context(disk(folder))
        if user := account():
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        made = Server(folder)
        run_unprivileged(
            [str(place / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "-N", "-E", "UTF8"]
        )
        made.start()
        try:
            made.sql(f"CREATE ROLE {OWNER} LOGIN")
            yield made
        finally:
            made.stop()
