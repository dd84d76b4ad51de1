"""What dummy data will be drawn: every table's domain, rules, shares and numbers of rows, from the policy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from dpsynth.domain.attribute import Grid
from dpsynth.domain.domain import Domain
from dpsynth.domain.panel import Panel
from dpsynth.domain.rules import StructuralZeros, structural_zeros
from dpsynth.dummy import counts
from dpsynth.dummy.along import Along, Weights
from dpsynth.dummy.codes.registry import SYSTEMS, system_of
from dpsynth.dummy.codes.system import CodeSystem
from dpsynth.dummy.combinations import Combinations, NothingLeftError, TooWideError, combinations
from dpsynth.dummy.shares import ShareError, missing_words, weights
from dpsynth.errors import PolicyError
from dpsynth.policy import graph, waves
from dpsynth.policy.bins import EPOCH
from dpsynth.policy.columns import DroppedColumn
from dpsynth.policy.dummy import Dummy, DummyTable, Likeness
from dpsynth.policy.load import LoadedPolicy
from dpsynth.policy.tables import Table


class Level(StrEnum):
    """How much dummy data resemble real ones."""

    FORMAT = "format"
    RULES = "rules"
    SIMULATION = "simulation"


@dataclass(frozen=True)
class TablePlan:
    """What is drawn in one table.

    Attributes:
        name: of the table.
        table: what the policy declares.
        domain: the released columns.
        zeros: rules that are kept.
        weights: column -> share of each level.
        along: column -> the same for ordered columns.
        joint: the columns that rules tie together.
        rows: chance of 0, 1, ... rows of a patient.
        words: column -> texts that mean missing there.
        codes: column -> system whose form its cells have: those of dropped columns, and those outside a list.
        likeness: column -> what the policy says of it.
        panel: how the rows of a patient are laid out, where the table is a fixed panel.
    """

    name: str
    table: Table
    domain: Domain
    zeros: StructuralZeros
    weights: Mapping[str, Weights]
    along: Mapping[str, Along]
    joint: Combinations
    rows: Weights
    words: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, CodeSystem]
    likeness: Mapping[str, Likeness]
    panel: Panel | None = None


@dataclass(frozen=True)
class Plan:
    """All tables, each after its parent and the tables that it links to.

    Attributes:
        loaded: the policy.
        level: how much dummy data resemble real ones.
        tables: in the order of drawing.
        window: first and last day of the study, in days since 1970-01-01, if the policy has them and they count.
    """

    loaded: LoadedPolicy
    level: Level
    tables: tuple[TablePlan, ...]
    window: tuple[int, int] | None

    def __getitem__(self, name: str) -> TablePlan:
        return next(table for table in self.tables if table.name == name)

    @property
    def dummy(self) -> Dummy:
        """The block of the policy."""
        return self.loaded.policy.dummy or Dummy()


def plan(loaded: LoadedPolicy, level: Level) -> Plan:
    """Prepares dummy data.

    Raises:
        PolicyError: shares or rules do not fit, with `file:line`.
    """
    policy = loaded.policy
    time = policy.table.time
    days = None if time is None or level is Level.FORMAT else [(day - EPOCH).days for day in time.window]
    window = None if days is None else (days[0], days[1])
    tables = tuple(_table(loaded, name, level) for name in graph.order(policy.tables))
    return Plan(loaded, level, tables, window)


def _table(loaded: LoadedPolicy, name: str, level: Level) -> TablePlan:
    table = loaded.policy.tables[name]
    declared = (loaded.policy.dummy or Dummy()).tables.get(name, DummyTable())
    likeness = {column: declared.columns.get(column, Likeness()) for column in table.columns}
    domain = Domain.from_table(table, loaded.lists_of(name))
    words = {a.name: missing_words(a, table.missing_values) for a in domain.attributes}
    rates: dict[str, Weights] = {}
    for attribute in domain.attributes:
        try:
            rates[attribute.name] = weights(
                attribute,
                likeness[attribute.name],
                can_miss=bool(words[attribute.name]) or not _is_text(table),
                declared=level is not Level.FORMAT,
            )
        except ShareError as error:
            key, message = error.args
            _refuse(loaded, ("dummy", "tables", name, "columns", attribute.name, key), message)
    zeros = () if level is Level.FORMAT else structural_zeros(loaded, domain, name)
    return TablePlan(
        name=name,
        table=table,
        domain=domain,
        zeros=zeros,
        weights=rates,
        along={a.name: Along.of(a, rates[a.name]) for a in domain.attributes if isinstance(a, Grid)},
        joint=_joint(loaded, name, domain, zeros, rates, _anchor(table)),
        rows=_rows(loaded, name, declared),
        words=words,
        codes=_codes(loaded, name, likeness),
        likeness=likeness,
        panel=_panel(loaded, name, domain, level),
    )


def _panel(loaded: LoadedPolicy, name: str, domain: Domain, level: Level) -> Panel | None:
    """How rows are laid out. A patient's waves follow each other, which a simulation or a rule could contradict."""
    panel = Panel.of(loaded.policy.tables[name], domain)
    if panel is None or level is Level.FORMAT:
        return panel
    if level is Level.SIMULATION:
        _refuse(loaded, ("tables", name, "layout"), "no simulation makes the waves of a panel. Use --level rules.")
    for i, rule in enumerate(loaded.policy.tables[name].rules):
        if panel.column in rule.columns:
            _refuse(
                loaded,
                ("tables", name, "rules", i),
                f"the rule names {panel.column}, but dummy patients have the first waves in their order, whatever else "
                "is drawn. Use --level format.",
            )
    return panel


def _is_text(table: Table) -> bool:
    return not table.file.lower().endswith((".parquet", ".arrow", ".feather"))


def _anchor(table: Table) -> str | None:
    """The date whose bounds differ from row to row: it is drawn before everything that rules tie to it."""
    return table.order_by or (table.time and (table.time.birth or table.time.index)) or None


def _joint(
    loaded: LoadedPolicy,
    name: str,
    domain: Domain,
    zeros: StructuralZeros,
    rates: Mapping[str, Weights],
    anchor: str | None,
) -> Combinations:
    place = ("tables", name, "rules")
    try:
        return combinations(domain, zeros, rates, anchor)
    except TooWideError as error:
        _refuse(
            loaded,
            place,
            f"the rules tie {error} together: too many levels for dummy data that keep all rules. Use coarser levels, "
            "or --level format.",
        )
    except NothingLeftError:
        _refuse(
            loaded,
            place,
            "the rules and the shares of dummy leave no record: what has a share is impossible. Correct one.",
        )


def _rows(loaded: LoadedPolicy, name: str, declared: DummyTable) -> Weights:
    policy = loaded.policy
    table = policy.tables[name]
    least = 1 if table.parent is None else 0
    most = policy.privacy.contribution.max_rows_per_unit if table.rows is None else table.rows.at_most
    if table.waves is not None:
        most = len(waves.names(table.modelled[table.waves.column]) or ())
    law = declared.rows
    if law is not None and least == 1 and law.none > 0:
        place = ("dummy", "tables", name, "rows", "none")
        _refuse(loaded, place, "every patient has a row in the table of patients. Remove none.")
    if law is not None and law.mean > most:
        place = ("dummy", "tables", name, "rows", "mean")
        _refuse(loaded, place, f"mean is {law.mean:g}, above the {most} rows that the policy allows. Lower it.")
    return counts.chances(law or counts.usual(most, least), most, least)


def _codes(loaded: LoadedPolicy, name: str, likeness: Mapping[str, Likeness]) -> dict[str, CodeSystem]:
    found: dict[str, CodeSystem] = {}
    for column, declared in loaded.policy.tables[name].columns.items():
        system = None
        if likeness[column].code is not None:
            system = system_of(str(likeness[column].code))
            if system is None:
                place = ("dummy", "tables", name, "columns", column, "code")
                known = ", ".join(SYSTEMS)
                _refuse(loaded, place, f"{likeness[column].code!r} is no system of known form: {known}. Choose one.")
        elif not isinstance(declared, DroppedColumn) and (coded := getattr(declared, "coding_system", None)):
            system = system_of(coded.name)
        if system is not None:
            found[column] = system
    return found


def _refuse(loaded: LoadedPolicy, place: tuple[str | int, ...], message: str) -> NoReturn:
    raise PolicyError(f"{loaded.at(*place)}: {'.'.join(map(str, place))}: {message}")
