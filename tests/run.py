"""The test command: runs what this machine has, and names in one line what is missing.

With DPSYNTH_COMPLETE=1 (continuous integration) a skipped test or a coverage below 90 % is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMPLETE = os.environ.get("DPSYNTH_COMPLETE") == "1"


def main() -> int:
    missing = []
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        missing.append("chromium (Debian package chromium): the report is not looked at in a browser")
    if not os.environ.get("AXE_CORE") and not list(HERE.parent.glob(".ci/browser/node_modules/axe-core/axe.min.js")):
        missing.append("axe-core (npm ci in .ci/browser): the accessibility of the report is not checked")
    if not shutil.which("node") or not list(HERE.parent.glob(".ci/browser/node_modules/html-validate/bin/*")):
        missing.append("html-validate (Node.js, npm ci in .ci/browser): the HTML of the report is not validated")
    if subprocess.call(
        [sys.executable, "-c", "import weasyprint"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ):
        missing.append("Pango (Debian package libpangoft2-1.0-0) or WeasyPrint: no report is made as a PDF")
    if not shutil.which("pdftotext"):
        missing.append("pdftotext (Debian package poppler-utils): no printed report is read")
    if not shutil.which("openssl"):
        missing.append("openssl (Debian package openssl): signatures are not checked with it, and those tests fail")
    if not (list(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb")):
        missing.append("a PostgreSQL server (Debian package postgresql): its tests fail")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        str(os.cpu_count() or 1),
        "--dist",
        "worksteal",
        "-rs",
        *sys.argv[1:],
    ]
    if COMPLETE:
        command += ["--cov=dpsynth", "--cov-report=term", "--cov-fail-under=90", "-p", "tests.complete"]
    code = subprocess.call(command, cwd=HERE.parent, env={**os.environ, "PYTHONPATH": str(HERE.parent)})
    print("Not on this machine: " + "; ".join(missing) if missing else "Nothing is missing on this machine.")
    return code or int(COMPLETE and bool(missing))


if __name__ == "__main__":
    sys.exit(main())
