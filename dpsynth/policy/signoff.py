"""Who must sign before a release may leave."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from dpsynth.policy.block import Block, Text, fault, twice


class Signers(Block):
    """The only people who may sign in a role, named as in the key register. Left out: whoever has a key for it."""

    output_checker: tuple[Text, ...] = Field(default=(), description="Who may check the output.")
    dpo: tuple[Text, ...] = Field(default=(), description="Who may give the data-protection officer's opinion.")
    release_officer: tuple[Text, ...] = Field(default=(), description="Who may decide for the controller.")

    @model_validator(mode="after")
    def _one_role_each(self) -> Signers:
        if name := twice([*self.output_checker, *self.dpo, *self.release_officer]):
            raise fault((), f"{name!r} is named twice. One person signs a release in one role: remove one of the two.")
        return self


class Signoff(Block):
    """Who must sign before a release may leave. The data-protection officer advises, the controller decides."""

    output_checkers: Annotated[int, Field(ge=1, le=2)] = Field(
        default=2, description="Output checkers; of two, each checks without knowing what the other one found."
    )
    dpo_opinion: bool = Field(
        default=True, description="Whether the data-protection officer's opinion is needed before the decision."
    )
    valid_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        default=180, description="Days after which an approval expires that was not used."
    )
    signers: Signers = Signers()

    @model_validator(mode="after")
    def _enough_checkers(self) -> Signoff:
        named = len(self.signers.output_checker)
        if 0 < named < self.output_checkers:
            raise fault(
                ("signers", "output_checker"),
                f"signers.output_checker names {named} of at least {self.output_checkers} people (output_checkers). "
                "Name more, or lower output_checkers.",
            )
        return self
