"""How to check the signatures of a bundle with `openssl` and a shell alone, without this program."""

from __future__ import annotations

from dpsynth.signoff.dsse import PAYLOAD_TYPE
from dpsynth.signoff.keys import grouped
from dpsynth.signoff.verification import Verification

HEAD = """\
# Commands for a shell, in the folder of the bundle. They need openssl 3 (or 1.1.1), sed, wc and tr, and no network.
# Each public key comes from the centre, not from the bundle: save it under the name that stands before its command,
# and compare its fingerprint with what the centre gives out (on paper, or on its pages):
#   openssl pkey -pubin -in FILE.pub.pem -outform DER | openssl dgst -sha256
d=$(mktemp -d)
"""

EACH = """
# {file}
#   {what}
sed 's/.*"payload":"\\([^"]*\\)".*/\\1/' '{file}' | openssl base64 -d -A > "$d/statement.json"
n=$(wc -c < "$d/statement.json" | tr -d ' ')
{{ printf 'DSSEv1 {length} {kind} %s ' "$n"; cat "$d/statement.json"; }} > "$d/signed"
"""

SIGNATURE = """\
#   fingerprint {fingerprint}
sed 's/.*"keyid":"{key_id}","sig":"\\([^"]*\\)".*/\\1/' '{file}' | openssl base64 -d -A > "$d/signature"
openssl pkeyutl -verify -pubin -inkey {key_id:.16}.pub.pem -rawin -in "$d/signed" -sigfile "$d/signature"
"""

SUBJECT = """\
grep -c "\\"sha256\\":\\"$(openssl dgst -sha256 -r manifest.json | cut -c1-64)\\"" "$d/statement.json"
"""

TAIL = """
# Right is "Signature Verified Successfully" for each signature, and a count of 1: the statement names this manifest.
# Then the manifest must list these files: compare each with its "sha256" in manifest.json.
{files}rm -r "$d"
"""


def steps(seen: Verification) -> str:
    """A shell script with comments for every signature of a bundle."""
    parts = [HEAD]
    for f in seen.found:
        what = f"{f.said.kind} by {f.said.name} ({f.said.role}): {f.said.says}"
        parts.append(EACH.format(file=f.file, what=_printable(what), length=len(PAYLOAD_TYPE), kind=PAYLOAD_TYPE))
        parts += [
            SIGNATURE.format(file=f.file, key_id=s.key_id, fingerprint=grouped(s.key_id)) for s in f.envelope.signatures
        ]
        parts.append(SUBJECT)
    names = sorted(seen.verified.manifest["files"])
    parts.append(TAIL.format(files="".join(f"openssl dgst -sha256 -r {_quoted(name)}\n" for name in names)))
    return "".join(parts)


def _printable(text: str) -> str:
    return text if text.isprintable() else ascii(text)


def _quoted(name: str) -> str:
    return "'" + _printable(name).replace("'", "'\\''") + "'"
