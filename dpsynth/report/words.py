"""Whole sentences by id, with named places for numbers; what is put in is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from markupsafe import Markup

from dpsynth.report.numerals import NUMERALS, Numerals


@dataclass(frozen=True)
class Words:
    """The sentences and numerals of one language.

    Attributes:
        language: its code, for the lang attribute.
        sentences: id -> sentence; may hold simple HTML.
        n: how it writes numbers and dates.
        policy_language: the language of those texts of the policy that it gives in one language only.
    """

    language: str
    sentences: Mapping[str, str]
    n: Numerals
    policy_language: str

    def __call__(self, key: str, /, **places: Any) -> Markup:
        """The sentence of this id.

        Raises:
            KeyError: there is none, or a place is not filled.
        """
        return Markup(self.sentences[key]).format(**places)  # noqa: S704  sentences are constants; places are escaped

    def many(self, key: str, n: int, /, **places: Any) -> Markup:
        """The sentence for one or for several."""
        return self(f"{key}.one" if n in self.n.singular else f"{key}.other", n=self.n.count(n), **places)

    def name(self, group: str, code: str) -> Markup:
        """The word for a code (`group.code`), or the code itself, readable, where a plug-in brought its own."""
        key = f"{group}.{code}"
        return self(key) if key in self.sentences else Markup("{}").format(code.replace("_", " "))

    def own(self, text: str) -> Markup:
        """A text of the policy that has no translation."""
        return self._marked(text, self.policy_language)

    def pick(self, translations: Mapping[str, str]) -> Markup:
        """A policy's own text in this language, else in the policy's, else in English, else in the first given."""
        order = (self.language, self.policy_language, "en", *translations)
        found = next(language for language in order if language in translations)
        return self._marked(translations[found], found)

    def _marked(self, text: str, language: str) -> Markup:
        """Text that screen readers and browsers know the language of, where it is not that of the page."""
        form = "{text}" if language == self.language else '<span lang="{language}">{text}</span>'
        return Markup(form).format(text=text, language=language)  # noqa: S704  two constants; places are escaped


def speak(language: str, policy_language: str = "en") -> Words:
    """The sentences of a language."""
    sentences = import_module(f"dpsynth.report.locales.{language}").SENTENCES
    return Words(language, sentences, NUMERALS[language], policy_language)
