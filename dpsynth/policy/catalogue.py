"""How others find, cite and ask about a release: what catalogues and readers want to know.

Everything here is optional, public, and a statement of the centre. Nothing of it changes what is computed.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from dpsynth.policy.block import Block, Slug, Text, Translated, fault, twice

Url = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9][!#-;=?-Z_a-z~]*$", max_length=2000)]
"""An address without spaces, quotes or angle brackets; other letters than ASCII are percent-encoded."""
Email = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.!#$&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
LicenceName = Annotated[str, StringConstraints(pattern=r"^[-A-Za-z0-9._]{1,64}$")]
Category = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,8}$")]


class Contact(Block):
    """Somebody who answers, and how to reach them."""

    name: Text = Field(description="An office or a role rather than a person: it is published.")
    email: Email | None = Field(default=None, description="Address for mail.")
    page: Url | None = Field(default=None, description="Page with a form or an address.")

    @model_validator(mode="after")
    def _reachable(self) -> Contact:
        if self.email is None and self.page is None:
            raise fault((), "nobody can be reached. Give email or page.")
        return self


class Publisher(Block):
    """The organisation that publishes the release."""

    name: Text = Field(description="Its name.")
    type: Slug | None = Field(
        default=None,
        description="Kind of organisation, a code of the EU list of health publisher types: public-health-institute, "
        "national-authority, research-academic-org, private-company and others.",
    )
    page: Url | None = Field(default=None, description="Its home page.")


class Licence(Block):
    """What may be done with the synthetic data."""

    name: LicenceName = Field(description="Short name, from the SPDX list where there is one: CC-BY-4.0.")
    title: Text | None = Field(default=None, description="Full name.")
    page: Url | None = Field(default=None, description="Where its text stands.")


class Origin(Block):
    """A publication of the original data: study, register, code book."""

    title: Text = Field(description="Its title.")
    page: Url | None = Field(default=None, description="Where it stands.")
    version: Text | None = Field(default=None, description="Which version.")


class Period(Block):
    """The time that the original data are about."""

    start: Day = Field(description="First day, YYYY-MM-DD.")
    end: Day = Field(description="Last day, YYYY-MM-DD.")

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        for key in ("start", "end"):
            try:
                dt.date.fromisoformat(getattr(self, key))
            except ValueError:
                raise fault((key,), f"{key} is {getattr(self, key)!r}, which is not a day. Write YYYY-MM-DD.") from None
        if self.start > self.end:
            raise fault(("start",), f"start is {self.start} and end is {self.end}. start must not be after end.")
        return self


class Place(Block):
    """A region that the original data are about."""

    name: Text = Field(description="Its name.")
    page: Url | None = Field(
        default=None,
        description="Its address in the EU lists of countries and places, or in GeoNames: "
        "http://publications.europa.eu/resource/authority/country/DEU.",
    )


class Ages(Block):
    """How old the people typically are; round numbers from the study's plan, never from the data."""

    min: Annotated[int, Field(ge=0, le=150)] = Field(description="Typically not younger, in years.")
    max: Annotated[int, Field(ge=0, le=150)] = Field(description="Typically not older, in years.")

    @model_validator(mode="after")
    def _in_order(self) -> Ages:
        if self.min > self.max:
            raise fault(("min",), f"min is {self.min} and max is {self.max}. min must not be above max.")
        return self


class Catalogue(Block):
    """How others find, cite and ask about the release; printed in the files that describe it.

    A complete entry in the European health catalogue needs contact, access_body, legislation and health_categories;
    `dpsynth check` names what is missing.
    """

    description: Translated | None = Field(
        default=None, description="What the original data are about and how they were collected, by language."
    )
    publisher: Publisher | None = Field(default=None, description="Left out: legal.controller.")
    contact: Contact | None = Field(default=None, description="Who answers questions about the release.")
    licence: Licence | None = Field(
        default=None, description="Left out: the bundle says that no licence is stated and that one must ask."
    )
    citation: Text | None = Field(default=None, description="How to cite. Left out: publisher, year, title, release.")
    keywords: Annotated[tuple[Text, ...], Field(max_length=50)] = Field(
        default=(), description="Words that people search for, in the first language of the title."
    )
    page: Url | None = Field(default=None, description="Where the release can be had.")
    sources: Annotated[tuple[Origin, ...], Field(max_length=50)] = Field(
        default=(), description="Publications of the original data."
    )
    period: Period | None = Field(default=None, description="The time that the data are about.")
    places: Annotated[tuple[Place, ...], Field(max_length=50)] = Field(
        default=(), description="The regions that the data are about."
    )
    population: Translated | None = Field(default=None, description="Whom the data are about, by language.")
    ages: Ages | None = Field(default=None, description="How old these people typically are.")
    health_categories: Annotated[tuple[Category, ...], Field(max_length=20)] = Field(
        default=(),
        description="Codes of the EU list of health categories (EHDS Regulation, Article 51): RQSH for cohorts and "
        "surveys, EHRS for health records, HRAD for claims, and others.",
    )
    access_body: Contact | None = Field(default=None, description="The health data access body, or who acts as such.")
    legislation: Annotated[tuple[Url, ...], Field(max_length=20)] = Field(
        default=(),
        description="Laws under which the data are kept, as ELI: http://data.europa.eu/eli/reg/2025/327/oj is the "
        "EHDS Regulation.",
    )

    @model_validator(mode="after")
    def _no_repeats(self) -> Catalogue:
        for key in ("keywords", "health_categories", "legislation"):
            if repeated := twice(getattr(self, key)):
                raise fault((key,), f"{key} lists {repeated!r} twice. Each stands once.")
        return self


class CodingSystem(Block):
    """The classification that the levels of a column are codes of."""

    name: Text = Field(description="Its name, as the EU list of coding systems writes it where it is there: ICD-10.")
    version: Text | None = Field(default=None, description="Which edition or year.")
    page: Url | None = Field(default=None, description="Where it stands.")
