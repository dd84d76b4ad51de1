"""What the noisy gradients of two trainings give away of canaries: python benchmarks/critic_audit.py FILE

Half of 1,600 canaries are trained on, each with a gradient that points where no other's does. The training is that of
the tests: 40 steps at a rate of one half, noise of three clips.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from scipy.special import ndtri

from dpsynth.audit.trade_off import claimed_mu
from dpsynth.privacy.accountant import compose
from tests.privacy.critic_checks import AUDIT, CANARIES, canary_audit

ERROR = 0.025
"""Of each of the two limits behind `shown_mu`."""


def audit() -> dict[str, Any]:
    estimates, fpr, tpr = canary_audit(ERROR)
    return {
        "canaries": CANARIES,
        "steps": AUDIT.steps,
        "claimed_mu": claimed_mu(compose(AUDIT)),
        "estimated_mu": estimates,
        "shown_mu": max(0.0, float(ndtri(tpr) - ndtri(fpr))),
        "contradicted": tpr > compose(AUDIT).tpr(fpr),
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(audit(), indent=1))
