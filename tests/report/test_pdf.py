"""The report as a tagged PDF: one decision page, named pictures, a structure that can be read aloud, no request."""

from __future__ import annotations

import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dpsynth.errors import ResourceError
from dpsynth.report import pdf
from dpsynth.report.document import build
from dpsynth.report.render import render
from tests.report import sample
from tests.report.page import parse
from tests.report.worst import worst_case

ROOT = Path(__file__).resolve().parents[2]
EDITIONS = ("internal", "public")

try:
    pdf.demand()
    MISSING = "" if shutil.which("pdftotext") else "pdftotext is not installed (Debian package poppler-utils)"
except ResourceError as error:
    MISSING = str(error)

needs_pdf = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@dataclass(frozen=True)
class Paper:
    """A PDF, and what poppler reads in it."""

    path: Path

    def said(self, program: str, *options: str) -> str:
        done = subprocess.run([program, *options, self.path, *(["-"] if program == "pdftotext" else [])],
                              capture_output=True, text=True, check=True)  # fmt: skip
        assert "Error" not in done.stderr
        return done.stdout

    @property
    def sheets(self) -> list[str]:
        return self.said("pdftotext", "-layout").split("\f")[:-1]

    @property
    def objects(self) -> str:
        """All objects, inflated."""
        parts = re.findall(rb"stream\n(.*?)\nendstream", self.path.read_bytes(), re.S)
        return b"\n".join(zlib.decompress(p) for p in parts if p[:1] == b"\x78").decode("latin-1")


@pytest.fixture(scope="module")
def papers(pages: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Paper]:
    folder = tmp_path_factory.mktemp("papers")
    made = {}
    for edition in EDITIONS:
        path = folder / f"{edition}.pdf"
        path.write_bytes(pdf.to_pdf(pages[edition]))
        made[edition] = Paper(path)
    return made


@pytest.fixture(scope="module", params=EDITIONS)
def paper(request: pytest.FixtureRequest, papers: dict[str, Paper]) -> Paper:
    return papers[request.param]


def is_one_decision_page(sheets: list[str], edition: str) -> None:
    last = "Release officer" if edition == "internal" else "Decision: see signatures/"
    assert last in sheets[0], "the end of the decision"
    assert "What is promised" not in sheets[0]
    assert "What is promised" in sheets[1]


@needs_pdf
@pytest.mark.parametrize("edition", EDITIONS)
def test_the_decision_is_one_sheet_and_every_sheet_names_the_release(papers: dict[str, Paper], edition: str) -> None:
    paper = papers[edition]
    assert "(A4)" in paper.said("pdfinfo")
    is_one_decision_page(paper.sheets, edition)
    for number, sheet in enumerate(paper.sheets, 1):
        assert "rand-hie/2026-11-22-a" in sheet
        assert "3f9a 77c1 8be2 d409" in sheet
        assert f"{number} / {len(paper.sheets)}" in sheet
    nearly_empty = [n for n, sheet in enumerate(paper.sheets[:-1], 1) if len(sheet.split()) < 60]
    assert len(nearly_empty) <= 1


@needs_pdf
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_long_decision_is_one_sheet_too(tmp_path: Path, edition: str) -> None:
    html = worst_case()[edition]
    path = tmp_path / "worst.pdf"
    path.write_bytes(pdf.to_pdf(html))
    is_one_decision_page(Paper(path).sheets, edition)


@needs_pdf
def test_letters_shrink_only_where_the_decision_is_long(pages: dict[str, str]) -> None:
    usual = pages["internal"]
    line = re.search(r'<dl class="facts">(<div>.*?</div>)', usual)
    assert line
    assert pdf._largest(usual) == pdf.SIZES[0]
    longer = usual.replace(line[1], line[1] * 14, 1)
    assert pdf.SIZES[-1] <= pdf._largest(longer) < pdf.SIZES[0]


@needs_pdf
def test_the_file_says_what_it_is(paper: Paper) -> None:
    about = paper.said("pdfinfo")
    assert re.search(r"Title: +RAND Health Insurance Experiment, synthetic public-use file · ", about)
    assert re.search(r"Tagged: +yes", about)
    assert re.search(r"JavaScript: +no", about)
    assert 'pdfuaid:part="1"' in paper.said("pdfinfo", "-meta")
    assert "/Lang (en)" in paper.objects
    assert "/DisplayDocTitle true" in paper.objects
    fonts = paper.said("pdffonts").splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes yes yes +\d+ +0$", font) for font in fonts), "embedded, in part, with their letters"


@needs_pdf
def test_every_chart_has_its_name_and_nothing_else_is_a_figure(papers: dict[str, Paper], pages: dict[str, str]) -> None:
    for edition, paper in papers.items():
        charts = [n for n in parse(pages[edition]).all("svg") if n.attributes.get("role") == "img"]
        structure = paper.said("pdfinfo", "-struct")
        assert structure.count("Figure") == len(charts) > 20
        assert paper.objects.count("/Alt ") == len(charts)
        ornaments = [n for n in parse(pages[edition]).all("svg") if n.attributes.get("aria-hidden")]
        assert paper.objects.count("/Artifact\n") > len(ornaments) > 10


@dataclass(frozen=True)
class Element:
    kind: str
    parent: str


def elements(structure: str) -> Iterator[Element]:
    """Elements with the kind of their parents."""
    above: list[tuple[int, str]] = []
    for line in structure.splitlines():
        match = re.match(r"( *)([A-Z][A-Za-z0-9]*)(?: \(\w+\))?:?$", line)
        if not match:
            continue
        depth = len(match[1])
        while above and above[-1][0] >= depth:
            above.pop()
        yield Element(match[2], above[-1][1] if above else "")
        above.append((depth, match[2]))


ALLOWED = {
    "LI": {"L"},
    "Lbl": {"LI"},
    "LBody": {"LI"},
    "TR": {"THead", "TBody"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TH": {"TR"},
    "TD": {"TR"},
}


@needs_pdf
def test_the_structure_is_that_of_a_document(paper: Paper) -> None:
    found = list(elements(paper.said("pdfinfo", "-struct")))
    assert {"H1", "H2", "H3", "P", "L", "Table", "Caption", "Link"} <= {e.kind for e in found}
    for element in found:
        if element.kind in ALLOWED:
            assert element.parent in ALLOWED[element.kind], element
        if element.parent == "L":
            assert element.kind in {"LI", "Caption"}
        if element.parent == "Table":
            assert element.kind in {"Caption", "THead", "TBody"}
    levels = [int(e.kind[1]) for e in found if re.fullmatch(r"H\d", e.kind)]
    assert levels[0] == 1
    assert levels.count(1) == 1


@needs_pdf
def test_running_heads_are_not_read_aloud(paper: Paper) -> None:
    spoken = paper.said("pdfinfo", "-struct-text")
    assert "Release rand-hie/2026-11-22-a · policy" not in spoken
    assert not re.search(r"\d+ / \d+\"", spoken)
    assert "What is promised" in spoken


@needs_pdf
def test_header_cells_say_of_what(paper: Paper) -> None:
    objects = paper.objects
    heads = objects.count("/S /TH/") + objects.count("/S /TH>")
    assert heads > 50
    assert objects.count("/Scope /Column") + objects.count("/Scope /Row") == heads


@needs_pdf
def test_links_say_where_they_lead(paper: Paper) -> None:
    links = re.findall(r"/Subtype /Link.*?/F 4", paper.objects)
    assert len(links) > 30
    assert any("/Contents (4 The budget of these people)" in link for link in links)
    structure = paper.said("pdfinfo", "-struct")
    assert not re.search(r"\n( *)Span \(inline\)\n\1  Object ", structure), "a link is a link once"


@needs_pdf
def test_headers_of_tables_repeat(tmp_path: Path) -> None:
    inputs = sample.inputs(policy=sample.policy(sample.many_columns(60)))
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf.to_pdf(render(build(inputs)[1], "public")))
    sheets = [s for s in Paper(path).sheets if re.search(r"Column +Levels +Hidden", s)]
    assert len(sheets) >= 2


@needs_pdf
def test_the_same_report_gives_the_same_bytes(papers: dict[str, Paper], pages: dict[str, str], tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(pages["public"], encoding="utf-8")
    code = (
        "import sys, pathlib; from dpsynth.report.pdf import to_pdf; "
        "sys.stdout.buffer.write(to_pdf(pathlib.Path(sys.argv[1]).read_text('utf-8')))"
    )
    elsewhere = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
    again = subprocess.run([sys.executable, "-c", code, page], env=elsewhere, capture_output=True, check=True)
    assert again.stdout == papers["public"].path.read_bytes()
    assert again.stderr == b""


@needs_pdf
def test_nothing_is_fetched(pages: dict[str, str], tmp_path: Path) -> None:
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    hidden = tmp_path / "hide.css"
    hidden.write_text("section{display:none}")
    with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"http://127.0.0.1:{server.server_address[1]}"
        forged = (
            pages["public"]
            .replace("</head>", f'<link rel="stylesheet" href="{hidden.as_uri()}"></head>')
            .replace("</main>", f'<img src="{place}/a.png" alt="a"><p class="z"><a href="{place}/e">z</a></p></main>')
            .replace("<style>", f'<style>@import "{place}/b.css";.z{{background:url({place}/c.png)}}')
            .replace("<svg ", f'<svg><image href="{place}/d.png"/></svg><svg ', 1)
        )
        path = tmp_path / "forged.pdf"
        path.write_bytes(pdf.to_pdf(forged))
        server.shutdown()
    assert asked == []
    assert "What is promised" in Paper(path).sheets[1], "the sheet that hides everything was not read"


@needs_pdf
@pytest.mark.parametrize("html", ["", "<p>a", "<style>a{}</style><main><section id='claim'></main>", "report"])
def test_what_is_no_report_is_refused(html: str) -> None:
    with pytest.raises(ValueError, match="not a report"):
        pdf.to_pdf(html)


@needs_pdf
def test_names_and_levels_are_text(tmp_path: Path) -> None:
    columns = {
        "<b>bold</b>": {"type": "category", "domain": ['"><img src=x>', "עברית"], "source": "doc"},
        "b": {"type": "boolean", "source": "doc", "nullable": True},
    }
    path = tmp_path / "odd.pdf"
    path.write_bytes(pdf.to_pdf(render(build(sample.inputs(policy=sample.policy(columns)))[1], "public")))
    text = "".join(Paper(path).sheets)
    assert "<b>bold</b>" in text
    assert '"><img src=x>' in text


def test_without_weasyprint_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(ResourceError, match=r"pip install 'dpsynth-release\[pdf\]'"):
        pdf.to_pdf("")


def test_without_pango_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "weasyprint.py").write_text('print("advice of many lines")\nraise OSError("cannot load library")\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    with pytest.raises(ResourceError, match="apt install libpango"):
        pdf.to_pdf("")
    assert capsys.readouterr().out == ""
