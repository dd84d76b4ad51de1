"""Reports as PDFs: during a run, or later from the HTML of a report that somebody has."""

from __future__ import annotations

from pathlib import Path

from dpsynth import _files
from dpsynth.errors import SourceError, UsageError
from dpsynth.release.manifest import MANIFEST
from dpsynth.report.pdf import to_pdf

REPORTS = "report.*.html"


def beside(folder: Path, mode: int) -> None:
    """Writes a PDF beside each report of a folder.

    Raises:
        ValueError: a file is not a report.
        ResourceError: WeasyPrint or Pango is missing, or the disk refuses.
    """
    for report in sorted(folder.glob(REPORTS)):
        _files.write_whole(report.with_suffix(".pdf"), to_pdf(report.read_text(encoding="utf-8")), mode)


def convert(place: Path, out: Path | None = None, *, force: bool = False) -> tuple[Path, ...]:
    """Writes the PDF of a report; a bundle stays as it was sealed.

    Args:
        place: a report, the folder of a run (its internal reports) or of a bundle.
        out: file to write. Left out: beside the report, or, for one of a bundle, in the current folder.
        force: replace a file that is there.

    Returns:
        The files that were written.

    Raises:
        UsageError: `out` is for one report only, is there already, or lies in a bundle.
        SourceError: there is no report.
        ResourceError: WeasyPrint or Pango is missing, or the disk refuses.
    """
    reports = _reports(place)
    if out is not None and len(reports) > 1:
        raise UsageError(f"--out names one file, but {place} has {len(reports)} reports. Give one of them.")
    pairs = [(report, out or _usual(report)) for report in reports]
    for _, target in pairs:
        _may_be_written(target, force)
    for report, target in pairs:
        mode = _files.PUBLIC if _sealed(report.parent) else _files.PRIVATE
        _files.write_whole(target, _pdf(report), mode)
    return tuple(target for _, target in pairs)


def _reports(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    folder = place / "internal" if (place / "internal").is_dir() else place
    if not (found := sorted(folder.glob(REPORTS))):
        raise SourceError(f"{place} has no report. Give a report.LANGUAGE.html, or the folder of a run or of a bundle.")
    return found


def _usual(report: Path) -> Path:
    beside = report.with_suffix(".pdf")
    return Path(beside.name) if _sealed(report.parent) else beside


def _sealed(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def _may_be_written(target: Path, force: bool) -> None:
    if any(_sealed(folder) for folder in target.resolve().parents):
        raise UsageError(f"{target} would lie in a bundle, which is sealed. Choose a place outside with --out.")
    if target.exists() and not force:
        raise UsageError(f"{target} is there already. Choose another name with --out, or give --force to replace it.")


def _pdf(report: Path) -> bytes:
    try:
        return to_pdf(report.read_text(encoding="utf-8"))
    except ValueError:
        raise SourceError(f"{report} is not a report of dpsynth. Give a report.LANGUAGE.html.") from None
    except OSError as error:
        raise SourceError(f"{report} cannot be read: {(error.strerror or 'refused').lower()}.") from None
