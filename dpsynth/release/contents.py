"""What a bundle consists of: every file with its meaning, its readers and its media type.

This list is the only place where the files of a bundle are declared. The README, the crate and docs/bundle.md print it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Kind:
    """A kind of file in a bundle.

    Attributes:
        pattern: its path, `*` for what differs from release to release.
        meaning: what it is, one sentence without a full stop.
        readers: for whom.
        media_type: registered name of its format.
        standard: the specification that it follows, where there is one.
        always: whether every sealed bundle has it.
    """

    pattern: str
    meaning: str
    readers: str
    media_type: str
    standard: str | None = None
    always: bool = True


@dataclass(frozen=True)
class Part:
    """One file of a bundle.

    Attributes:
        path: inside the bundle, with slashes.
        sha256: of its bytes, as hex.
        size: bytes.
    """

    path: str
    sha256: str
    size: int


README = "README.txt"
DATA_PACKAGE = "datapackage.json"
CATALOGUE_ENTRY = "dcat.jsonld"
REGISTRY_ENTRY = "registry.yaml"
COMPONENTS = "sbom.cdx.json"
CRATE = "ro-crate-metadata.json"
CHECKSUMS = "SHA256SUMS"

CONTENTS = (
    Kind(README, "What this is, what was protected, how to load, cite and verify it", "everybody", "text/plain"),
    Kind(
        "data/SYN_*.csv",
        "The synthetic table as text",
        "researchers",
        "text/csv",
        "https://www.rfc-editor.org/rfc/rfc4180",
    ),
    Kind(
        "data/SYN_*.parquet",
        "The same table with types, smaller and faster to read",
        "researchers",
        "application/vnd.apache.parquet",
        "https://parquet.apache.org/docs/file-format/",
    ),
    Kind(
        "catalogues/*",
        "A public catalogue that columns refer to, copied as it was published; it holds nobody's data",
        "researchers",
        "text/csv",
        "https://www.rfc-editor.org/rfc/rfc4180",
        always=False,
    ),
    Kind(
        DATA_PACKAGE,
        "Name, type, limits and meaning of every column; sources and licence",
        "researchers and their programs",
        "application/json",
        "https://datapackage.org/standard/data-package/",
    ),
    Kind(
        "report.*.html",
        "The report: what was protected and how strongly, what was not, how useful the data are",
        "everybody, data-protection officers first",
        "text/html",
    ),
    Kind("report.*.pdf", "The report for printing", "everybody", "application/pdf", always=False),
    Kind("facts.json", "Every number of the report with its origin", "programs and reviewers", "application/json"),
    Kind("policy.yaml", "What the centre allowed, word for word", "reviewers", "application/yaml"),
    Kind(
        CATALOGUE_ENTRY,
        "The entry for health data catalogues",
        "catalogues",
        "application/ld+json",
        "https://healthdataeu.pages.code.europa.eu/healthdcat-ap/",
    ),
    Kind(
        REGISTRY_ENTRY,
        "The entry for the registry of uses of differential privacy",
        "the registry's authors",
        "application/yaml",
        "https://github.com/opendp/deployments-registry-data",
    ),
    Kind(
        COMPONENTS,
        "The software that made the release, part by part",
        "security officers",
        "application/vnd.cyclonedx+json",
        "https://cyclonedx.org/docs/1.6/json/",
    ),
    Kind(
        CRATE,
        "How all these files belong together, and where the release stands on its way through the Five Safes",
        "archives and secure environments",
        "application/ld+json",
        "https://w3id.org/ro/crate/1.2",
    ),
    Kind(CHECKSUMS, "SHA-256 of every file above, for sha256sum -c", "everybody", "text/plain"),
    Kind(
        "manifest.json",
        "What is signed: SHA-256 and size of every file above, and the claim",
        "verifiers",
        "application/json",
    ),
    Kind(
        "signatures/*",
        "Opinions and decisions, added after the bundle was sealed",
        "verifiers",
        "application/vnd.dsse.envelope.v1+json",
        "https://github.com/secure-systems-lab/dsse",
        always=False,
    ),
)
"""In the order in which a reader needs them."""


def kind_of(path: str) -> Kind | None:
    """The declaration of a file, None if it is not declared."""
    return next((kind for kind in CONTENTS if fnmatchcase(path, kind.pattern)), None)


def checksums(parts: tuple[Part, ...]) -> bytes:
    """The file for `sha256sum -c`: digest, two spaces, path; one line a file, sorted by path."""
    return "".join(f"{part.sha256}  {part.path}\n" for part in sorted(parts, key=lambda p: p.path)).encode()
