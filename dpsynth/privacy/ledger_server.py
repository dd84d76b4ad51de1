"""Talking to a PostgreSQL server: the URL, the connection, and what its errors mean, in our own words."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from dpsynth.errors import LedgerError, ResourceError

PATIENCE = 30.0
"""Seconds for which a transaction that met others, or lost the server, is tried again."""
LOCK_TIMEOUT = "30s"
"""For how long a statement waits for what another session holds."""
OPTIONS = frozenset(
    (
        *("host", "port", "target_session_attrs", "passfile", "connect_timeout"),
        *("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "channel_binding", "gssencmode", "krbsrvname"),
    )
)
"""What may follow the `?` of a URL. A password may not: it would be printed with the rest."""
EXAMPLE = "postgresql://ROLE@HOST/DATABASE"

_SETTINGS = {
    "connect_timeout": 10,
    "application_name": "dpsynth",
    "client_encoding": "utf8",
    # A server that is gone is noticed within half a minute.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "prepare_threshold": None,  # prepared statements do not survive a connection pool between us and the server
}
_AGAIN = frozenset(("40001", "40P01", "23505", "55P03", "42P07", "42P06", "42710", "42723"))
"""Somebody else was faster: serialisation failure, deadlock, a number or a table that has just been taken."""
_LOST = frozenset(("40003", "57P01", "57P02", "57P03", "53300"))
"""The server ends, begins, or takes no more connections; class 08 is added to them."""
_REASONS = {
    "28000": "the server does not let this role in",
    "28P01": "the server does not let this role in",
    "3D000": "there is no such database on the server",
    "42501": "this role may not do that (see docs/postgresql.md)",
    "25006": "it is read-only",
    "0A000": "the server is a standby, which only copies",
    "53100": "the disk of the server is full",
    "53200": "the memory of the server is full",
    "53300": "the server takes no more connections",
    "55P03": "another process holds it",
    "P0001": "it is append-only",
}
_CONNECTING = (
    ("password", "the server does not let this role in: no password, or a wrong one"),
    ("authentication", "the server does not let this role in"),
    ("pg_hba", "the server does not let this role in from here"),
    ("does not exist", "there is no such database, or no such role, on the server"),
    ("certificate", "the certificate of the server, or ours, is not trusted"),
    ("ssl", "the server does not speak TLS as the URL asks for"),
)


def understood(given: URL) -> URL:
    """The URL with the driver that is used.

    Raises:
        LedgerError: it names another driver, no database, or an option that is not known.
    """
    shown = given.render_as_string(hide_password=True)
    unknown = sorted(set(given.query) - OPTIONS)
    if given.drivername not in ("postgresql", "postgresql+psycopg") or not given.database or unknown:
        said = f"--ledger has the option {unknown[0]!r}" if unknown else f"--ledger is {shown!r}"
        raise LedgerError(
            f"{said}; allowed is {EXAMPLE}, with the options {', '.join(sorted(OPTIONS))} after a question mark. A "
            "password belongs into ~/.pgpass or PGPASSWORD."
        )
    return given.set(drivername="postgresql+psycopg")


def engine(url: URL, schema: str) -> sa.Engine:
    """Connections whose transactions are serialisable, and whose tables lie in a schema.

    Raises:
        ResourceError: the driver is not installed.
    """
    try:
        made = sa.create_engine(
            url,
            isolation_level="SERIALIZABLE",
            hide_parameters=True,
            pool_size=1,
            connect_args={k: v for k, v in _SETTINGS.items() if k not in url.query},
            execution_options={"schema_translate_map": {None: schema}},
        )
    except ImportError:
        raise ResourceError(
            "The ledger is in PostgreSQL, and its driver is not installed. pip install 'dpsynth-release[postgresql]'."
        ) from None
    sa.event.listen(made, "begin", _begin)
    return made


def _begin(connection: sa.Connection) -> None:
    """A commit waits for the disk; nobody waits for ever for a lock, nor for one of us that was stopped inside.

    For each transaction anew: behind a pool between us and the server, the next one may meet another session.
    """
    connection.exec_driver_sql(
        f"SELECT set_config('lock_timeout', '{LOCK_TIMEOUT}', true), "
        "set_config('idle_in_transaction_session_timeout', '20s', true), "
        "set_config('synchronous_commit', COALESCE(NULLIF(current_setting('synchronous_commit'), 'off'), 'on'), true)"
    )


def demand_durable(connection: sa.Connection) -> None:
    """What was charged must survive a power cut.

    Raises:
        LedgerError: the server was told that it need not.
    """
    for name in ("fsync", "full_page_writes"):
        if connection.exec_driver_sql(f"SHOW {name}").scalar() != "on":
            raise LedgerError(
                f"The PostgreSQL server has {name} = off: a power cut would forget what was charged. Turn it on in "
                "postgresql.conf."
            )


def _state(error: SQLAlchemyError) -> str:
    """SQLSTATE of an error, or nothing."""
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")


def collided(error: SQLAlchemyError) -> bool:
    """Whether somebody else was faster, so that the same can be tried again."""
    return _state(error) in _AGAIN


def lost(error: SQLAlchemyError) -> bool:
    """Whether the server was out of reach, so that a commit that was under way could have ended either way."""
    state = _state(error)
    connecting = isinstance(error, sa.exc.OperationalError) and not state
    return (
        (isinstance(error, DBAPIError) and error.connection_invalidated)
        or connecting
        or state in _LOST
        or state.startswith("08")
    )


def reason(error: SQLAlchemyError) -> str:
    """Our own words for what went wrong: the server's could name what nobody should read."""
    state = _state(error)
    if state in _REASONS:
        return _REASONS[state]
    if state in _AGAIN:
        return "others kept writing into it"
    text = str(getattr(error, "orig", "")).lower()
    if not state:
        for sign, words in _CONNECTING:
            if sign in text:
                return words
    return "the server cannot be reached" if lost(error) else "the server refused"
