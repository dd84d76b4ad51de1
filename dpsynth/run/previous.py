"""The release before this one, from its public facts: what a reader compares with."""

from __future__ import annotations

import json

from dpsynth.report.facts import PUBLIC_ORIGINS, OriginError, values
from dpsynth.report.inputs import Previous
from dpsynth.run.folder import RunFolder


def previous(folder: RunFolder) -> Previous | None:
    """What the newest finished release of the same policy said of itself; None where there is none that can be read.

    Only its public edition is looked at, so that nothing reaches this report that could not have left already.
    """
    try:
        encoded = json.loads((folder.root.parent / "latest" / "public" / "facts.json").read_text(encoding="utf-8"))
        f = values(encoded, PUBLIC_ORIGINS)
        figure = f["utility"]["paid_two_way"] or f["utility"]["free_two_way"]
        return Previous(
            release_id=str(f["identity"]["release_id"]),
            run_date=str(f["identity"]["run_date"]),
            policy_digest=str(f["identity"]["policy_digest"]),
            mechanism=str(f["contents"]["mechanism"]),
            epsilon=float(f["privacy"]["epsilon_claimed"]),
            source_rows=float(f["contents"]["source_rows"]),
            synthetic_rows=int(f["contents"]["synthetic_rows"]),
            two_way=None if not figure["marginals"] else float(figure["mean"]),
            paid=f["utility"]["paid_two_way"] is not None,
            columns=tuple(str(c["name"]) for c in f["columns"]),
        )
    except (OSError, ValueError, KeyError, TypeError, OriginError):
        return None
