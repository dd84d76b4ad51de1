"""The entry for the registry of deployments of differential privacy, in tier 3, as a draft.

Only what the program proves or the policy states is in it. It is a draft until the publisher hands it in.
Source: schema of the OpenDP deployments registry, https://github.com/opendp/deployments-registry-data.
"""

from __future__ import annotations

import re
from typing import Any

from dpsynth.release import naming
from dpsynth.release.columns import bounds
from dpsynth.report.inputs import Published

NONE_STATED = "Not stated by the publisher."
NONE_EXACT = (
    "No quantity was published exactly (no invariants). What lies outside every such promise is in README.txt and in "
    "the section of the report on what is not protected."
)


def entry(p: Published, f: dict[str, Any]) -> dict[str, Any]:
    """The entry.

    Args:
        p: what is released.
        f: the values of the public facts.
    """
    policy = p.policy
    publisher = naming.one_line(naming.publisher(policy).name)
    return {
        "url_slug": _slug(naming.title(policy), publisher, p.run_date[:4]),
        "status": "Draft",
        "tier": 3,
        "deployment": {
            "basic": _basic(p, publisher),
            "dp_variant": {
                "variant_name": "Approximate DP",
                "data_domain": _domain(p),
                "unprotected_quantities": _unprotected(p),
            },
            "privacy_loss": _loss(p, f),
            "deployment_model": _model(p, f),
            "accounting": _accounting(p, f),
            "implementation": _implementation(p, f),
            "administrative": {
                "sources": policy.catalogue.page or "The report and its facts are in the bundle of the release.",
                "notes": _notes(p),
                "registry_authors": [publisher],
            },
        },
    }


def _slug(*words: str) -> str:
    """The registry's own rule: everything that is no word character becomes a hyphen."""
    return "-".join(re.sub(r"\W+", "-", word.lower()) for word in words).replace("_", "-")


def _basic(p: Published, publisher: str) -> dict[str, Any]:
    policy = p.policy
    places = ", ".join(naming.one_line(place.name) for place in policy.catalogue.places)
    return {
        "name": naming.title(policy),
        "data_curators": [publisher],
        "intended_use": naming.one_line(naming.in_english(policy.legal.purpose)),
        "data_product_type": "Synthetic data",
        "data_product_region": places or NONE_STATED,
        "description": naming.description(p),
        "publication_date": p.run_date,
        "data_product_sector": "Healthcare",
    }


def _domain(p: Published) -> str:
    attributes = p.in_files
    dates = " The dates that put rows in order are kept as days since the row before." if p.several else ""
    return (
        f"Tables with {len(attributes)} columns whose levels are public: code lists, and bins between public bounds, "
        f"{sum(a.size for a in attributes)} levels in all. Every cell of a real table has a level: what is outside the "
        f"lists or bounds is put into a level for such values, or moved to the bound.{dates}"
    )


def _unprotected(p: Published) -> str:
    facts = [f"{i.fact} ({i.citation})" for i in p.policy.privacy.invariants]
    said = [naming.one_line(text) for text in (*facts, *p.unprotected)]
    return "; ".join(said) if said else NONE_EXACT


def _loss(p: Published, f: dict[str, Any]) -> dict[str, Any]:
    privacy = p.policy.privacy
    return {
        "privacy_unit": privacy.unit,
        "privacy_unit_details": (
            f"Two tables are neighbours if one has all rows of one {privacy.unit} more than the other. What the rows "
            f"of one {privacy.unit} say in {len(p.laid_out.panel.labels)} waves is counted as one row, one row of each "
            f"wave; whose row it is stands in column {p.policy.table.unit_key}."
            if p.laid_out
            else f"Two tables are neighbours if one has all rows of one {privacy.unit} more than the other. At most "
            f"{p.rows_per_unit} rows of each {privacy.unit} are used, chosen at random; whose row it is stands in "
            f"column {p.policy.table.unit_key}."
            if not p.several
            else f"Two sets of tables are neighbours if one has one {privacy.unit} more than the other, with all rows "
            f"in all tables. At most so many rows of each {privacy.unit} are counted, chosen at "
            f"random: {bounds(p)}."
        ),
        "privacy_parameters": _parameters(p, f),
        "privacy_parameters_details": _details(f),
    }


def _parameters(p: Published, f: dict[str, Any]) -> dict[str, float]:
    """Sums over samples have no rho that holds at every order."""
    rho = f["privacy"]["rho"]
    return {"epsilon": p.epsilon, "delta": p.delta} | ({} if rho is None else {"rho": rho})


def _details(f: dict[str, Any]) -> str:
    if f["privacy"]["sampled"]:
        sums = "; ".join(
            f"{s['steps']} sums over Poisson samples of rate {s['rate']:.6g}, clipped to 1, with Gaussian noise of "
            f"standard deviation {s['sigma']:.6g}"
            for s in f["privacy"]["sampled"]
        )
        return (
            "Epsilon and delta are those of one privacy loss distribution of the whole release, which contains "
            f"{sums}. The ledger charges its Renyi divergence of one order."
        )
    return (
        f"All steps together are mu-Gaussian differentially private with mu {f['privacy']['mu']:.6g}; epsilon and "
        "delta follow from mu, and so does rho, the parameter of zero-concentrated differential privacy."
    )


def _model(p: Published, f: dict[str, Any]) -> dict[str, Any]:
    budget = f["budget"]
    earlier = budget["committed"] + budget["imported"]
    left = f"rho {budget['rho_left']:.6g} of {budget['rho_limit']:.6g}"
    return {
        "model_name": "Central",
        "actors": (
            f"The curator ({naming.one_line(p.policy.legal.controller)}) holds the real rows and is trusted. Whoever "
            "receives the bundle is not: any knowledge, any computing power, and any collusion are allowed to them."
        ),
        "release_type": "Many releases" if earlier else "One release",
        "release_type_details": (
            "A ledger keeps one lifetime budget for all releases about these people: epsilon "
            f"{budget['epsilon_limit']:g} at delta {budget['delta']:g}. Released before: {earlier}. Left after this "
            f"release: {left}. Nothing refills the budget; raising it takes two signatures and is listed in every "
            f"later report. Raised so far: {sum(c['kind'] == 'raise' for c in budget['changes'])} times."
            + ("" if budget["total_known"] else f" {naming.UNKNOWN_TOTAL}")
        ),
        "data_source_type": "Static",
        "data_source_type_details": f"Snapshot {naming.one_line(p.policy.source.snapshot)}.",
        "access_type": "Non-interactive",
        "access_type_details": "Nobody can ask the real data anything; only the finished bundle is handed out.",
    }


def _accounting(p: Published, f: dict[str, Any]) -> dict[str, Any]:
    return {
        "post_processing": (
            "Fitting a model to the noisy tables, sampling rows from it, the public report and every file of the "
            "bundle look at noisy answers and synthetic rows only."
        ),
        "composition": (
            f"{_composition(f)} Over releases, rho adds up in the ledger, rounded up. "
            f"Steps: {'; '.join(_step(e, f) for e in (*f['privacy']['events'], *f['privacy']['sampled']))}."
        ),
    }


def _sums(f: dict[str, Any]) -> str:
    names = " and ".join(sorted({s["bits"] for s in f["privacy"]["sampled"]}))
    return f" and noisy sums of clipped gradients (samples and noise: {names}, in floating point)" if names else ""


def _composition(f: dict[str, Any]) -> str:
    if f["privacy"]["sampled"]:
        return "Adaptive composition of Gaussian mechanisms and sampled Gaussian mechanisms by dominating pairs."
    return "Adaptive composition of Gaussian mechanisms: squares of mu add up over all steps of the release."


def _step(event: dict[str, Any], f: dict[str, Any]) -> str:
    of = "what the ledger charges" if f["privacy"]["sampled"] else "the square of mu"
    about = f"{event['table']} " if event.get("table") else ""
    return f"{about}{event['purpose']}: {100 * event['share']:.1f} percent of {of}"


def _implementation(p: Published, f: dict[str, Any]) -> dict[str, Any]:
    found = f["provenance"]["versions"]
    return {
        "preprocessing_and_hyperparameter_tuning": (
            "Columns, levels, bounds and settings come from the policy, which was fixed before the data were opened. "
            f"{100 * p.policy.source.holdout.share:g} percent of the people are never trained on. Cells are put into "
            "levels one by one; nothing is fitted to the real table without noise."
        ),
        "mechanisms": (
            f"{p.measured.mechanism}, on noisy tables of counts{_sums(f)}. Noise: {_noise(p, found['opendp'])}. "
            f"Program: dpsynth {found['dpsynth']}, digest of its code {p.provenance.code_digest}. Run times, memory "
            "and logs stay with the curator."
        ),
        "justification": (
            f"Limit for the epsilon of a release: {_limit(p)}. An audit on invented people tried to prove the promise "
            f"false in {min((c['runs'] for c in f['audit']['claims']), default=0)} runs and "
            f"{'did not' if p.audit.passed else 'did'}."
        ),
    }


def _noise(p: Published, opendp: str) -> str:
    if not p.noise_is_private:
        return f"{p.provenance.sampler}, which is not private"
    return (
        f"{p.provenance.sampler}, on a grid of whole multiples of a power of two, from the operating system's random "
        f"numbers (OpenDP {opendp})"
    )


def _limit(p: Published) -> str:
    limit = p.policy.thresholds.epsilon_release
    return f"{limit.pass_:g} without, {limit.review:g} with a judgement ({naming.one_line(limit.source)})"


def _notes(p: Published) -> str:
    notes = [f"Release {p.release_id}. Digest of the policy: {p.policy_digest}."]
    if not naming.is_releasable(p):
        notes.append(naming.NOT_A_RELEASE)
    if p.budget.throw_away:
        notes.append("The ledger was made for a demonstration and protects nobody's lifetime budget.")
    return " ".join(notes)
