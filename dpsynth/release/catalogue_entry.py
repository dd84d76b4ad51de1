"""The entry for health data catalogues: HealthDCAT-AP, release 8, as JSON-LD.

The document is one dcat:Dataset, as the specification's own examples are. Addresses of files are relative, so that they
hold wherever the bundle is put. Every concept of a controlled vocabulary says which scheme it is from, because the
validator's shapes ask for that. No real number is in it: the number of records is that of the synthetic rows, and the
number of individuals, which the profile recommends, is left out, because the synthetic rows describe nobody and the
real number is not public.
Source: HealthDCAT-AP release 8, https://healthdataeu.pages.code.europa.eu/healthdcat-ap/, its shapes for the three
levels of access, and its lists of coding systems, health categories and publisher types.
"""

from __future__ import annotations

from urllib.parse import quote

from dpsynth.domain.attribute import Attribute, Category, Grid
from dpsynth.policy.binned_columns import OffsetColumn
from dpsynth.policy.columns import ModelledColumn
from dpsynth.policy.schema import Policy
from dpsynth.release import naming
from dpsynth.release.columns import KeyColumn, ValueColumn, tables
from dpsynth.release.contents import Part, kind_of
from dpsynth.release.datapackage import description, table_of
from dpsynth.release.linked_data import EU, HEALTH, Node, agent, card, concept, place, text, texts, typed
from dpsynth.report.inputs import Published

CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geodcatap": "http://data.europa.eu/930/",
    "healthdcatap": "http://healthdataportal.eu/ns/health#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
ACCESS = {"public": "PUBLIC", "registered": "RESTRICTED", "secure_environment": "NON_PUBLIC"}
"""Level of access for each audience; it chooses the shapes that the validator takes."""
MANDATORY = ("access_body", "legislation", "health_categories")
"""Keys of `catalogue` without which an entry is refused at every level."""
MANDATORY_INSIDE = ("contact", "keywords")
"""Keys that are mandatory too when the data stay in a secure environment."""
CODING_SYSTEMS = frozenset(
    {
        "ATC", "DICOM-CT", "EDQM", "EMA-SPOR", "EMDN", "GMDN", "HGNC", "HPO", "ICD-10", "ICD-10-NAT", "ICD-11",
        "ICD-9-CM", "ICD-O", "ICF", "ICHI", "ICPC-2", "ICPC-3", "LOINC", "MEDDRA", "MESH", "NCIT", "NPU",
        "OHDSI-VOCAB", "OPS", "ORDO", "ORPHACODE", "PROC-CODES-NAT", "RXNORM", "SNOMED-CT", "UCUM", "UMLS", "WHODRUG",
    }
)  # fmt: skip
"""Codes of the EU list of coding systems."""
FILE_TYPES = {"csv": "CSV", "parquet": "PARQUET"}


def missing(policy: Policy) -> tuple[str, ...]:
    """Keys of `catalogue` that an entry needs and the policy leaves out."""
    needed = MANDATORY + (MANDATORY_INSIDE if policy.release.audience == "secure_environment" else ())
    # A publisher and a data holder must be reachable, whatever the level of access.
    needed = needed if "contact" in needed else (*needed, "contact")
    return tuple(key for key in needed if not getattr(policy.catalogue, key))


def entry(p: Published, parts: tuple[Part, ...]) -> Node:
    """The entry.

    Args:
        p: what is released.
        parts: files of the bundle that are there already.
    """
    policy, about = p.policy, p.policy.catalogue
    dataset: Node = {
        "@id": "#dataset",
        "@type": "dcat:Dataset",
        "dct:title": texts(policy.title),
        "dct:description": [text(naming.nature(p), "en"), *texts(about.description)],
        "dct:identifier": p.release_id,
        "dct:issued": typed(p.run_date, "date"),
        "dcat:version": p.release_id.rpartition("/")[2],
        "dct:accessRights": concept(f"{EU}/access-right", ACCESS[policy.release.audience], "dct:RightsStatement"),
        "dct:type": concept(f"{EU}/dataset-type", "SYNTHETIC_DATA"),
        "dcat:theme": concept(f"{EU}/data-theme", "HEAL"),
        "dcat:keyword": [text(word, _own_language(policy)) for word in naming.keywords(policy)],
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "rdfs:label": text(_provenance(p), "en")},
        "dct:publisher": agent(naming.publisher(policy).name, about.contact, naming.publisher(policy).type),
        "geodcatap:custodian": agent(policy.legal.controller, about.contact),
        "dcat:distribution": [_distribution(p, part) for part in parts if part.path.startswith("data/")],
        "foaf:page": [{"@id": quote(q.path), "@type": "foaf:Document"} for q in parts if q.path.endswith(".html")],
        "dpv:hasPurpose": {"@type": "dpv:Purpose", "dct:description": texts(policy.legal.purpose)},
        "dpv:hasLegalBasis": [
            {"@type": "dpv:LegalBasis", "dct:description": text(basis, _own_language(policy))}
            for basis in policy.legal.basis
        ],
        "healthdcatap:numberOfRecords": typed(str(p.released_rows), "nonNegativeInteger"),
        "healthdcatap:hasStructuredData": True,
        "healthdcatap:hasVariables": _variables(p, parts),
        **_coding(policy),
        **_declared(policy),
    }
    return {"@context": CONTEXT, **{key: value for key, value in dataset.items() if value not in (None, [])}}


def _declared(policy: Policy) -> Node:
    """What the policy says for catalogues alone."""
    about = policy.catalogue
    found: Node = {
        "dcatap:applicableLegislation": _legislation(policy),
        "healthdcatap:healthCategory": [
            concept(f"{HEALTH}/healthcategories", code) for code in about.health_categories
        ],
        "healthdcatap:populationCoverage": texts(about.population),
        "dct:spatial": [place(region.name, region.page) for region in about.places],
    }
    if about.contact is not None:
        found["dcat:contactPoint"] = card(about.contact)
    if about.access_body is not None:
        found["healthdcatap:hdab"] = agent(about.access_body.name, about.access_body)
    if about.page is not None:
        found["dcat:landingPage"] = {"@id": about.page, "@type": "foaf:Document"}
    if about.period is not None:
        found["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": typed(about.period.start, "date"),
            "dcat:endDate": typed(about.period.end, "date"),
        }
    if about.ages is not None:
        found["healthdcatap:minTypicalAge"] = typed(str(about.ages.min), "nonNegativeInteger")
        found["healthdcatap:maxTypicalAge"] = typed(str(about.ages.max), "nonNegativeInteger")
    return found


def _provenance(p: Published) -> str:
    return (
        f"Rows drawn from a model ({p.measured.mechanism}) that was fitted to noisy counts of the source; "
        f"epsilon {p.epsilon:g}, delta {p.delta:g}, protected unit {p.policy.privacy.unit}."
    )


def _own_language(policy: Policy) -> str:
    """The first language of the title: the one of texts that are not given by language."""
    return next(iter(policy.title))


def _legislation(policy: Policy) -> list[Node]:
    return [{"@id": law, "@type": "eli:LegalResource"} for law in policy.catalogue.legislation]


def _distribution(p: Published, part: Part) -> Node:
    kind, form = kind_of(part.path), part.path.rpartition(".")[2]
    assert kind is not None  # data files are declared
    about, several = p.policy.catalogue, len(p.policy.tables) > 1
    of = f"{table_of(part.path)}, {form}" if several else form
    distribution: Node = {
        "@id": f"#distribution-{table_of(part.path)}-{form}" if several else f"#distribution-{form}",
        "@type": "dcat:Distribution",
        "dct:title": text(f"{naming.title(p.policy)} ({of})", _own_language(p.policy)),
        "dct:description": text(f"{kind.meaning}.", "en"),
        "dcat:accessURL": {"@id": about.page or "./"},
        "dcat:downloadURL": {"@id": quote(part.path)},
        "dcat:mediaType": {"@id": f"http://www.iana.org/assignments/media-types/{kind.media_type}"},
        "dct:format": concept(f"{EU}/file-type", FILE_TYPES[form], "dct:MediaTypeOrExtent"),
        "dcat:byteSize": typed(str(part.size), "nonNegativeInteger"),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"},
            "spdx:checksumValue": typed(part.sha256, "hexBinary"),
        },
        "dcatap:applicableLegislation": _legislation(p.policy),
    }
    if about.licence is not None:
        licence: Node = {"@type": "dct:LicenseDocument", "dct:title": about.licence.title or about.licence.name}
        distribution["dct:license"] = {"@id": about.licence.page, **licence} if about.licence.page else licence
    return {key: value for key, value in distribution.items() if value != []}


def _variables(p: Published, parts: tuple[Part, ...]) -> Node:
    """The columns, as a table group of CSV on the Web; `csvw:column` repeated, as the release's shapes ask."""
    found = []
    for name, columns in tables(p).items():
        table: Node = {
            "@type": "csvw:Table",
            "dct:title": name,
            "csvw:column": [_described(p, column) for column in columns],
        }
        path = f"data/SYN_{name}.csv"
        if csv := next((part for part in parts if part.path == path), None):
            table["csvw:url"] = {"@id": quote(csv.path)}
        found.append(table)
    title = text(f"Variables of {', '.join(t['dct:title'] for t in found)}", "en")
    return {"@type": "csvw:TableGroup", "dct:title": title, "csvw:table": found[0] if len(found) == 1 else found}


def _described(p: Published, c: KeyColumn | ValueColumn) -> Node:
    if isinstance(c, KeyColumn):
        said = c.said if p.several or p.laid_out else "Key of a synthetic row; it says nothing about anybody."
        return _column(c.name, [text(c.title, "en")], "string", said)
    titles = texts(c.declared.title) or [text(c.name, _own_language(p.policy))]
    if c.attribute is None:
        said = "The date that puts the rows of a synthetic person in order."
        return _column(c.name, titles, "date", said + _in(c.declared))
    said = description(c.attribute, c.declared) or f"A column of {c.attribute.size} levels."
    kind = "date" if isinstance(c.declared, OffsetColumn) else _datatype(c.attribute)
    return _column(c.name, titles, kind, said + _in(c.declared))


def _column(name: str, titles: list[Node], datatype: str, said: str) -> Node:
    return {
        "@type": "csvw:Column",
        "csvw:name": name,
        "csvw:title": titles,
        "csvw:datatype": datatype,
        "dct:description": text(said, "en"),
    }


def _in(column: ModelledColumn) -> str:
    return "" if column.unit is None else f" Unit: {naming.one_line(column.unit)}."


def _datatype(attribute: Attribute) -> str:
    if isinstance(attribute, Category):
        return "boolean" if attribute.boolean else "string"
    assert isinstance(attribute, Grid)
    if attribute.form is not None:
        return "date"
    return "integer" if attribute.decimals == 0 else "decimal"


def _coding(policy: Policy) -> Node:
    """Coding systems: those of the EU list as concepts, all of them in words."""
    used = {
        name if len(policy.tables) == 1 else f"{table}.{name}": column.coding_system
        for table, declared in policy.tables.items()
        for name, column in declared.modelled.items()
        if column.coding_system is not None
    }
    listed = sorted({system.name for system in used.values()} & CODING_SYSTEMS)
    said = [
        f"{name}: {' '.join(filter(None, (system.name, system.version)))}{f' <{system.page}>' if system.page else ''}"
        for name, system in used.items()
    ]
    return {
        "healthdcatap:hasCodingSystem": [concept(f"{HEALTH}/coding-system", code, "dct:Standard") for code in listed],
        "healthdcatap:hasCodeValues": [naming.one_line(text) for text in said],
    }
