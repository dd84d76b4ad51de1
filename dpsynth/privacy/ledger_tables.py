"""Tables of the ledger, the same in every database."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa

SCHEMA = 4
OLDER = (1, 2, 3)
"""Versions that can be carried on; they differ in the kinds of entries that they know."""

RUN_KINDS = ("reserve", "opened", "measuring", "commit", "void")
"""Entries about the budget of a run; each comes at most once for a run."""
BEFORE: dict[str, tuple[str | None, ...]] = {
    "reserve": (None,),
    "opened": ("reserve",),
    "measuring": ("opened",),
    "commit": ("opened", "measuring"),  # runs of older versions did not write that they measure
    "void": ("reserve",),
}
"""Which steps of a run each may follow: what was opened can never be given back."""
SIGN_OFF_KINDS = (
    *("submission", "check", "opinion", "decision"),
    *("return", "release", "withdrawal", "supersession"),
)
"""Entries about the sign-off of a release."""
LOOK = "look"
"""Somebody opened an internal report: a decision that rests on it depends on real data beyond what was charged."""
KEY_KINDS = ("trust", "revocation")
"""Entries about the keys that may sign; they belong to no population."""
CHANGE_KINDS: tuple[Literal["raise"], Literal["lower"]] = ("raise", "lower")
"""Entries that change a lifetime budget; they count only with the signatures that they need."""
BUDGET_KINDS = (*CHANGE_KINDS, "import")
"""Entries about a budget that belong to no run; an import is a release that was made without this program."""
KINDS = ("population", *RUN_KINDS, *BUDGET_KINDS, *SIGN_OFF_KINDS, LOOK, *KEY_KINDS)
_END = "('commit', 'void')"
TAKEN = (
    f"hash = NEW.hash OR (run_id = NEW.run_id AND ((kind = NEW.kind AND NEW.kind IN {RUN_KINDS}) "
    f"OR (kind IN {_END} AND NEW.kind IN {_END})))"
)
"""Condition of triggers: an old entry in whose place a new one would come."""
KNOWN_KIND = f"kind IN ({', '.join(map(repr, KINDS))})"

metadata = sa.MetaData()
meta = sa.Table("meta", metadata, sa.Column("schema_version", sa.Integer, nullable=False))
population = sa.Table(
    "population",
    metadata,
    sa.Column("population_id", sa.Text, primary_key=True),
    sa.Column("lifetime_nano", sa.BigInteger, nullable=False),
    sa.Column("lifetime_epsilon", sa.Text, nullable=False),
    sa.Column("lifetime_delta", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("split_key", sa.LargeBinary, nullable=False),
)
entry = sa.Table(
    "entry",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("population_id", sa.Text, sa.ForeignKey("population.population_id")),
    sa.Column("run_id", sa.Text),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("prev_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.CheckConstraint(KNOWN_KIND, name="known_kind"),
    sa.CheckConstraint(f"(population_id IS NULL) = (kind IN {KEY_KINDS})"),
)
for name, where in (("one_reserve", entry.c.kind == "reserve"), ("one_end", entry.c.kind.in_(["commit", "void"]))):
    sa.Index(name, entry.c.run_id, unique=True, sqlite_where=where, postgresql_where=where)


def create(connection: sa.Connection) -> None:
    """Makes all tables in an empty database; what keeps them append-only is the database's own."""
    metadata.create_all(connection)
    connection.execute(meta.insert().values(schema_version=SCHEMA))


def version(connection: sa.Connection, schema: str | None = None) -> int | None:
    """The version of the tables in a database; None if they are not all there."""
    there = set(sa.inspect(connection).get_table_names(schema=schema))
    return connection.execute(sa.select(meta.c.schema_version)).scalar() if set(metadata.tables) <= there else None
