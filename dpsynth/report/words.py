"""Whole sentences by id, with named places for numbers; what is put in is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from markupsafe import Markup


@dataclass(frozen=True)
class Words:
    """The sentences of one language.

    Attributes:
        language: its code, for the lang attribute.
        sentences: id -> sentence; may hold simple HTML.
    """

    language: str
    sentences: Mapping[str, str]

    def __call__(self, key: str, /, **places: Any) -> Markup:
        """The sentence of this id.

        Raises:
            KeyError: there is none, or a place is not filled.
        """
        return Markup(self.sentences[key]).format(**places)  # noqa: S704  sentences are constants; places are escaped

    def many(self, key: str, n: int, /, **places: Any) -> Markup:
        """The sentence for one or for several."""
        return self(f"{key}.one" if n == 1 else f"{key}.other", n=n, **places)

    def name(self, group: str, code: str) -> Markup:
        """The word for a code (`group.code`), or the code itself, readable, where a plug-in brought its own."""
        key = f"{group}.{code}"
        return self(key) if key in self.sentences else Markup("{}").format(code.replace("_", " "))

    def pick(self, translations: Mapping[str, str]) -> str:
        """A policy's own text in this language, else in English, else in the first language given."""
        return translations.get(self.language) or translations.get("en") or next(iter(translations.values()))


def speak(language: str) -> Words:
    """The sentences of a language."""
    return Words(language, import_module(f"dpsynth.report.locales.{language}").SENTENCES)
