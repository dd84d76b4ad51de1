"""What is checked after training, and what the numbers mean for the verdict."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator

from dpsynth.policy.block import Block, Name, Text, fault, show


class Attacks(Block):
    """Which attacks are run on the release, inside the centre."""

    run: tuple[Name, ...] = Field(
        default=(
            "combined",
            "focal",
            "focal_outsider",
            "dcr",
            "nearest",
            "small_cells",
            "singling_out",
            "linkability",
            "inference",
            "linkage",
        ),
        description="Names of attacks. Others: domias, gen_lra, classifier, dcr_difference (parts of combined), shadow "
        "(takes minutes; refused with gan), or a plug-in's name.",
    )
    across: tuple[Name, ...] = Field(
        default=(
            "whole_person",
            "shared_runs",
            "known_events",
            "event_sets",
            "linked_tables",
            "row_secret",
        ),
        description="Names of attacks on people with all their rows in all tables, where rows belong together; those "
        "of `run` are then run on one record of each person.",
    )
    false_positive_rate: Annotated[float, Field(gt=0, le=0.5)] = Field(
        default=0.01, description="Share of innocent people the attacker may accuse."
    )
    near_attributes: Annotated[int, Field(ge=0, le=5, description="Near-exact: at most this many columns differ.")] = 1
    confidence: Annotated[float, Field(ge=0.8, lt=1)] = Field(default=0.95, description="Of every interval.")


class Audit(Block):
    """The test of the privacy promise itself, on invented people; made before data are opened.

    An earlier audit of the same code and the same promise counts, so that `dpsynth audit` can make a larger one.
    """

    runs: Annotated[int, Field(ge=1, le=10**7)] = Field(
        default=500, description="Runs of the measuring step, with and without the person, at each epsilon."
    )


class SmallGroups(Block):
    """Small groups in anything that is printed from real data (internal edition)."""

    minimum_units: Annotated[int, Field(ge=1)] = Field(default=10, description="Smaller groups are not printed.")


class Threshold(Block):
    """Up to `pass_` no objection, up to `review` somebody must judge, above it the release is blocked."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)

    pass_: float = Field(alias="pass", description="Up to here nobody needs to judge.")
    review: float = Field(description="Above this the release is blocked.")
    source: Text = Field(description="Who says so.")

    @model_validator(mode="after")
    def _order(self) -> Threshold:
        if self.pass_ > self.review:
            raise fault(
                ("pass",),
                f"pass is {show(self.pass_)} and review is {show(self.review)}. pass must not be above review.",
            )
        return self


def _threshold(pass_: float, review: float, source: str) -> Any:
    values: dict[str, Any] = {"pass": pass_, "review": review, "source": source}
    return Field(default_factory=lambda: Threshold.model_validate(values), json_schema_extra={"default": values})


class Thresholds(Block):
    """Limits of the verdict, each with its source. No regulator sets a number for epsilon or for an AUC."""

    epsilon_release: Threshold = _threshold(
        3.0, 10.0, "10: end of tier 2 of Ponomareva et al. (2023), arXiv:2303.00654; 3: local decision"
    )
    epsilon_lifetime: Threshold = _threshold(5.0, 10.0, "local decision")
    delta_times_patients: Threshold = _threshold(0.01, 0.1, "delta well below one over the number of people")
    membership_auc_lower_over_ceiling: Threshold = _threshold(
        1.0, 1.0, "above the ceiling is impossible unless the code is wrong"
    )
    exact_match_excess_upper: Threshold = _threshold(
        0.05, 0.09, "0.09: practice of EMA and Health Canada, as cited by El Emam et al. (2020)"
    )
    mean_tvd_two_way: Threshold = _threshold(0.05, 0.15, "local decision: usefulness for tables of two columns")
    outside_domain_share: Threshold = _threshold(
        0.05, 0.25, "local decision: a declared domain should hold most values"
    )
