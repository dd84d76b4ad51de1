"""What a centre allows: the policy file as frozen values.

Nothing in a policy may be computed from the data: category lists, bounds and bins come from code books. Every value
here is public. Unknown keys are errors, and every check that one file alone can answer is made here; what needs a
budget or other files is in `review.py`.
"""

from __future__ import annotations

import json
import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from dpsynth.policy import dummy as looks
from dpsynth.policy import graph, waves
from dpsynth.policy.block import (
    Block,
    Language,
    Reviewed,
    Slug,
    Text,
    Translated,
    absent,
    fault,
    show,
    unknown_column,
)
from dpsynth.policy.catalogue import Catalogue
from dpsynth.policy.judging import Attacks, Audit, SmallGroups, Thresholds
from dpsynth.policy.people import Source
from dpsynth.policy.promise import Privacy
from dpsynth.policy.relations import PublicTable
from dpsynth.policy.signoff import Signoff
from dpsynth.policy.tables import Table
from dpsynth.policy.training import Synthesis, spelled

RELATIONAL = "relational"
"""The mechanism for rows that belong together."""


class Legal(Block):
    """Who is responsible, on which basis, for which purpose."""

    controller: Text = Field(description="Who is responsible for the data.")
    basis: tuple[Text, ...] = Field(default=(), description="Articles of law.")
    purpose: Translated = Field(description="What the synthetic data are for, by language.")
    dpia: Text | None = Field(default=None, description="Reference of the data protection impact assessment.")


class Release(Block):
    """What leaves, and to whom."""

    audience: Literal["public", "registered", "secure_environment"] = Field(description="Who may get the data.")
    product: Literal["data_only"] = Field(default="data_only", description="Rows only, never a model.")
    recipients: Translated | None = Field(default=None, description="Who they are, by language.")
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = Field(
        default=("en",), description="Languages of the report; es and fr are translations that nobody has reviewed."
    )
    binding_language: Reviewed = Field(
        default="en", description="The language that counts, one of languages; also of texts without a translation."
    )
    pdf: bool = Field(
        default=False,
        description="Whether a run also writes each report as a tagged PDF. Experimental; needs WeasyPrint and Pango.",
    )

    @model_validator(mode="after")
    def _languages(self) -> Release:
        if len(set(self.languages)) < len(self.languages):
            raise fault(("languages",), f"release.languages is {', '.join(self.languages)}. Name every language once.")
        if self.binding_language not in self.languages:
            raise fault(
                ("binding_language",),
                f"release.binding_language is {self.binding_language}, which is not in release.languages "
                f"({', '.join(self.languages)}). Add it there, or choose another.",
            )
        return self


class Policy(Block):
    """One release programme. Its canonical digest is in the ledger, the manifest and the report."""

    dpsynth_policy: Literal[1] = Field(description="Version of this format.")
    id: Slug = Field(description="Name of the release programme; its folder in reports/.")
    title: Translated = Field(description="Title of the release, by language.")
    legal: Legal
    release: Release
    catalogue: Catalogue = Catalogue()
    source: Source
    tables: Annotated[dict[Slug, Table], Field(min_length=1, max_length=32)] = Field(
        description="One table, or several that belong together, by name."
    )
    public_tables: Annotated[dict[Slug, PublicTable], Field(max_length=32)] = Field(
        default={}, exclude_if=absent, description="Catalogues that hold nobody's data, by name; copied as they are."
    )
    privacy: Privacy
    synthesis: Synthesis = Synthesis()
    audit: Audit = Audit()
    attacks: Attacks = Attacks()
    small_groups: SmallGroups = SmallGroups()
    thresholds: Thresholds = Thresholds()
    signoff: Signoff = Signoff()
    dummy: looks.Dummy | None = Field(
        default=None,
        exclude_if=absent,
        description="What dummy data look like (`dpsynth dummy`); nothing of it changes a release.",
    )

    @property
    def table_name(self) -> str:
        """The name of the table; of the table of people, where there are several."""
        return next(name for name, table in self.tables.items() if table.parent is None)

    @property
    def table(self) -> Table:
        """The table; the table of people, where there are several."""
        return self.tables[self.table_name]

    @property
    def is_relational(self) -> bool:
        """Whether the rows of one person are released together: several tables, or one whose rows stay together."""
        return len(self.tables) > 1 or self.table.rows is not None

    @property
    def attack_names(self) -> tuple[str, ...]:
        """All attacks that are run: those on whole people too, where rows belong together."""
        return self.attacks.run + (self.attacks.across if self.is_relational else ())

    @model_validator(mode="after")
    def _tables_belong_together(self) -> Policy:
        waves.check(self.tables)
        graph.check(self.tables, self.public_tables)
        mechanisms = self.synthesis.mechanisms
        if self.is_relational and self.synthesis.candidates is not None:
            raise fault(
                ("synthesis", "candidates"),
                "synthesis.candidates are compared over pairs of columns of one table, but rows here belong together, "
                f"as tables or rows of one person do. Remove it and set mechanism: {RELATIONAL}.",
            )
        if self.is_relational and mechanisms != (RELATIONAL,):
            raise fault(
                ("synthesis",),
                f"synthesis.mechanism is {' or '.join(map(repr, mechanisms))}, which knows nothing of rows that belong "
                f"together, as tables or rows of one person do. Set mechanism: {RELATIONAL}.",
            )
        if RELATIONAL in mechanisms and not self.is_relational:
            raise fault(
                ("synthesis", "mechanism" if self.synthesis.candidates is None else "candidates"),
                f"synthesis.mechanism is {RELATIONAL!r}, but no table has rows of a person that belong together. Add "
                "rows to the table, or choose another mechanism.",
            )
        if self.table.waves is not None and self.privacy.contribution.max_rows_per_unit != 1:
            raise fault(
                ("privacy", "contribution", "max_rows_per_unit"),
                f"privacy.contribution.max_rows_per_unit is {self.privacy.contribution.max_rows_per_unit}, but with "
                f"layout: {waves.LAYOUT} a person is one row, whatever the number of waves. Set max_rows_per_unit: 1.",
            )
        bound, rows = self.privacy.contribution.max_rows_per_unit, self.table.rows
        most = 1 if rows is None else rows.at_most
        if self.is_relational and bound != most:
            raise fault(
                ("privacy", "contribution", "max_rows_per_unit"),
                f"privacy.contribution.max_rows_per_unit is {bound}, but table {self.table_name} has at most {most} "
                f"{'row' if most == 1 else 'rows'} of a person. Set max_rows_per_unit: {most}; further tables have "
                "rows.at_most.",
            )
        if self.is_relational and self.privacy.contribution.clip is not None:
            raise fault(
                ("privacy", "contribution", "clip"),
                "privacy.contribution.clip is given, but where rows belong together each table has rows.clip. Remove "
                "it.",
            )
        return self

    @model_validator(mode="after")
    def _synthesis_names_columns(self) -> Policy:
        released = list(self.table.modelled) if self.table.waves is None else waves.nameable(self.table)
        if self.is_relational:
            released = [f"{name}.{column}" for name, table in self.tables.items() for column in table.modelled]
        for path, names in self.synthesis.named_columns:
            for name in names:
                if flaw := waves.no_wish(self.table, name) or unknown_column(name, released):
                    raise fault(("synthesis", *path), f"{spelled(path)} {flaw}")
        return self

    @model_validator(mode="after")
    def _a_choice_is_paid_for(self) -> Policy:
        if self.synthesis.candidates is not None and self.privacy.split.utility == 0:
            raise fault(
                ("synthesis", "candidates"),
                "synthesis.candidates are chosen among by noisy distances to the data, which privacy.split.utility "
                "pays for, but it is 0. Set privacy.split: {synthesis: 0.95, utility: 0.05}.",
            )
        if self.synthesis.candidates is not None and len(self.table.modelled) < 2:
            raise fault(
                ("synthesis", "candidates"),
                "synthesis.candidates are compared over pairs of columns, but only one column is released. Name one "
                "mechanism instead.",
            )
        return self

    @model_validator(mode="after")
    def _dummy_names_columns(self) -> Policy:
        if self.dummy is not None:
            looks.check(self.dummy, {name: table.column_kinds for name, table in self.tables.items()})
        return self

    @model_validator(mode="after")
    def _delta_is_small(self) -> Policy:
        patients = self.source.max_patients
        good = _rounded_down(0.01 / patients)
        for path, delta in (
            (("privacy", "delta"), self.privacy.delta),
            (("privacy", "lifetime", "delta"), self.privacy.lifetime.delta),
        ):
            if delta > 1.0 / patients:
                raise fault(
                    path,
                    f"{'.'.join(path)} is {show(delta)}, but for at most {patients} people (source.max_patients) a "
                    f"value above {1.0 / patients:.1e} would allow publishing somebody's record outright; to pass it "
                    f"must be at most {good:.1e}. Set {path[-1]}: {good:.1e}.",
                )
        if self.privacy.delta > self.privacy.lifetime.delta:
            raise fault(
                ("privacy", "lifetime", "delta"),
                f"privacy.lifetime.delta is {show(self.privacy.lifetime.delta)}, below privacy.delta "
                f"{show(self.privacy.delta)}. The lifetime delta must be at least that of one release.",
            )
        return self


def _rounded_down(value: float) -> float:
    """Returns the largest number of two digits that is not above the value."""
    rounded = float(f"{value:.1e}")
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return rounded if rounded <= value else float(f"{rounded - step:.1e}")


def schema_json() -> str:
    """Returns the JSON Schema of a policy file, for editors: sorted keys, so that the same code gives the same text."""
    schema = Policy.model_json_schema(by_alias=True) | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
