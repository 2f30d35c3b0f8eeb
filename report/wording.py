"""A language's words, numbers and dates; sentences made of a key and figures."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from babel import dates, numbers
from markupsafe import Markup, escape

Fact = dict[str, Any]

FOLDER = Path(__file__).parent / "words"

LANGUAGES = ("fr", "en")
"""French first: the company this was made for speaks it."""

MISSING = "–"


@dataclass(frozen=True)
class Wording:
    """How one language says what a report says."""

    language: str
    locale: str
    words: dict[str, Any]

    def say(self, section: str, key: str, **values: Any) -> str:
        """A phrase, its figures already as this language writes them."""
        phrase: str = self.words[section][str(key)]
        return self.spaced(phrase.format(**values) if values else phrase)

    def spaced(self, text: str) -> str:
        """No line begins with a French punctuation mark: its space does not break."""
        if self.language != "fr":
            return text
        return re.sub(r" (?=[;:?!»%])|(?<=«) ", "\u00a0", text)

    def label(self, code: str | None) -> str:
        """A label of the taxonomy; one a company has added shows as its code."""
        known: dict[str, str] = self.words["labels"]
        return known.get(code or "unknown", (code or "").replace("_", " "))

    def reason(self, intent: str) -> str:
        """An intent as the business calls it."""
        return self.label("without_words" if intent == "unknown" else intent)

    def channel(self, code: str, form: str = "channels") -> str:
        """A channel: alone, with its preposition (`by_channel`) or its article."""
        known: dict[str, str] = self.words[form]
        return known.get(code, code)

    def path(self, channel_path: str) -> str:
        """`call > chat` in words."""
        return " → ".join(self.channel(code) for code in channel_path.split(" > "))

    def whole(self, value: float | None) -> str:
        if value is None:
            return MISSING
        return numbers.format_decimal(round(value), format="#,##0", locale=self.locale)

    def signed(self, value: float | None) -> str:
        """A difference, its sign always there; zero has none."""
        if value is None:
            return MISSING
        rounded = round(value)
        written = self.whole(abs(rounded))
        return written if rounded == 0 else f"{'+' if rounded > 0 else '−'}{written}"

    def share(self, value: float | None) -> str:
        """A share as whole per cent: more digits would pretend what surveys cannot."""
        if value is None:
            return MISSING
        return numbers.format_percent(round(value, 2), locale=self.locale)

    def interval(self, share: Fact) -> str:
        """`16–36`, in per cent."""
        return f"{self.whole(100 * share['low'])}–{self.whole(100 * share['high'])}"

    def signed_share(self, value: float) -> str:
        """`+44 %`; what is rounded to nothing has no sign."""
        rounded = round(value, 2)
        sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
        return f"{sign}{self.share(abs(rounded))}"

    def points(self, value: float | None) -> str:
        """A difference of shares, in points with one decimal."""
        if value is None:
            return MISSING
        rounded = round(100 * value, 1)
        sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
        written = numbers.format_decimal(abs(rounded), format="0.0", locale=self.locale)
        return f"{sign}{written}\u00a0pt"

    def score(self, value: float | None) -> str:
        if value is None:
            return MISSING
        return numbers.format_decimal(value, format="0.00", locale=self.locale)

    def duration(self, seconds: float | None) -> str:
        """`3 min`, `2 h`, `4 d`: the largest unit that leaves a number of use."""
        if seconds is None:
            return MISSING
        if seconds < 3600:
            return (
                f"{self.whole(seconds / 60)} min"
                if seconds >= 60
                else (f"{self.whole(seconds)} s")
            )
        hours = seconds / 3600
        if hours < 72:
            return f"{self.whole(hours)} h"
        return f"{self.whole(hours / 24)} {'j' if self.language == 'fr' else 'd'}"

    def clock(self, clock: Fact) -> str:
        """Whose expectation a clock measures: a channel's, or that of some reasons on it."""
        reasons = self.listed([self.reason(intent) for intent in clock["intents"]])
        channel = self.channel(clock["channel"])
        return f"{channel} ({reasons})" if reasons else channel

    def day(self, written: str, form: str = "d MMMM y") -> str:
        """A day given as ISO text."""
        return dates.format_date(
            date.fromisoformat(written[:10]), format=form, locale=self.locale
        )

    def until(self, as_of: str | None) -> str:
        """The UTC instant up to which data reach: at midnight the day that it ended."""
        if as_of is None:
            return MISSING
        at = datetime.fromisoformat(as_of)
        if at.time().isoformat() == "00:00:00":
            return self.day((at - timedelta(days=1)).date().isoformat())
        return dates.format_datetime(at, format="d MMMM y, HH:mm", locale=self.locale)

    def listed(self, items: Sequence[str]) -> str:
        """`a, b et c`."""
        if len(items) < 2:
            return "".join(items)
        and_ = "et" if self.language == "fr" else "and"
        return f"{', '.join(items[:-1])} {and_} {items[-1]}"

    def action(self, action: Fact) -> str:
        """An action's text in this language, with what it is about."""
        text: str = action[self.language]
        return self.spaced(_capital(text.format_map(self._about(action))))

    def owner(self, action: Fact) -> str:
        """Who does it; a queue nobody names is the customer service's."""
        owner: str = action["owner"].format_map(self._about(action))
        return owner or ("service client" if self.language == "fr" else "customer care")

    def _about(self, action: Fact) -> dict[str, str]:
        channel = action.get("channel")
        return {
            "reason": self.reason(action["reason"]) if "reason" in action else "",
            "channel": (
                self.channel(channel, "the_channel")
                if channel
                else self.label(action.get("survey_channel", ""))
            ),
            "cause": self.label(action["cause"]) if "cause" in action else "",
            "count": self.whole(action["count"]),
            "queue": _name(action.get("queue")),
            "source": action.get("source", ""),
            "delay": self.duration(action.get("delay_seconds")),
        }

    def sentence(self, sentence: Fact) -> Markup:
        """A sentence of the first page; its main figure in bold."""
        key, values = sentence["key"], sentence["values"]
        shown: dict[str, str] = {}
        for name, value in values.items():
            shown[name] = self._shown(key, name, value)
        if key.startswith("reason_"):
            shown["by_channel"] = self.channel(values["channel"], "by_channel")
            shown["whole"] = self._whole(values)
        if "difference" in values:
            shown["change"] = self.share(abs(values["difference"]))
        if key == "first_action":
            shown["owner"] = self.owner(values["action"])
            shown["action"] = self.action(values["action"])
        return strong(self.say("sentences", key, **shown))

    def _shown(self, key: str, name: str, value: Any) -> str:
        is_share = not key.startswith(("volume", "reason"))
        if name in ("action", "channel"):
            return ""
        if name == "reason":
            return self.reason(value)
        if name == "others":
            return self.listed([self.channel(c, "by_channel") for c in value])
        if name == "sources":
            return self.listed(value)
        if name == "as_of":
            return self.until(value)
        if name == "difference":
            return self.signed_share(value)
        if name in ("value", "share") or (
            is_share and name in ("usual", "low", "high")
        ):
            return self.share(value)
        return self.whole(value)

    def _whole(self, values: Fact) -> str:
        """The intent over all channels, where that says more than the one channel."""
        if round(values["intent_count"]) == round(values["count"]):
            return ""
        key = (
            "whole_share" if values["share"] and values["intent_part"] > 0 else "whole"
        )
        return self.say(
            "sentences",
            key,
            intent_count=self.whole(values["intent_count"]),
            intent_usual=self.whole(values["intent_usual"]),
            share=self.share(values["share"]),
        )


@cache
def wording(language: str) -> Wording:
    """The words of a language."""
    words = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return Wording(language, words["locale"], words)


def strong(text: str) -> Markup:
    """`**so**` as strong text; everything else escaped."""
    pieces = text.split("**")
    return Markup("").join(
        Markup("<strong>{}</strong>").format(piece) if place % 2 else escape(piece)
        for place, piece in enumerate(pieces)
    )


def _name(queue: str | None) -> str:
    """A queue's name; a number is its id at the source and tells nobody who should act."""
    return "" if queue is None or queue.isdigit() else queue


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
