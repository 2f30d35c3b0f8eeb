"""Records become rows: masked, pseudonymised, fingerprinted, with their language told.

Nothing that a reader yields is written before it has passed here: interactions,
refusals and their messages alike. Pure Python; Spark runs it inside the Arrow stage.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from itertools import pairwise
from typing import Any

import msgspec

from jobs import masking
from jobs.pseudonyms import Pseudonyms
from jobs.sources.records import (
    CrmCustomer,
    Excluded,
    Interaction,
    Origin,
    Rejected,
    Survey,
    Transcript,
    Turn,
    utc,
)

Row = dict[str, Any]

GENERATIONS = (
    (1945, "silent"),
    (1964, "baby_boomer"),
    (1980, "gen_x"),
    (1996, "millennial"),
    (2012, "gen_z"),
    (9999, "gen_alpha"),
)
"""Last birth year of each generation: Pew Research Center's bounds, the most cited."""

NAMED_IN_JSON = re.compile(
    r'("(?:\w*_)?(?:name|username|acct|display_?name|given_?name|family_?name)"\s*:\s*")'
    r'((?:[^"\\]|\\.)+)',
    re.IGNORECASE,
)
NAMED_IN_MAIL = re.compile(
    r"^((?:from|to|cc|reply-to|sender)\s*:\s*)([^<\r\n]+)", re.I | re.M
)
NAMED_IN_ROW = re.compile(
    r"(?:^|(?<=[,;\t|\"]))"
    r"(?:[^\W\d_]+(?:[ .'’-]+[^\W\d_]+)+|[A-ZÀ-ÖØ-Þ][^\W\d_]+)\.?"
    r"(?=[,;\t|\"\r\n]|$)",
    re.M,
)
"""A cell of a table that may hold a name: some words, or one that begins with a capital."""

A_ROW = re.compile(r"[^{\[\r\n][^\r\n]*?([,;\t|])[^\r\n]*?\1")
"""How a table begins: two separators in a line that begins no JSON."""

DICTATED_ON = re.compile(r"(?<=\d)[.,;:!?…]?\s*\n\s*(?=\d)")
"""Where one utterance ends in a digit and the next begins with one."""

ASKED = re.compile(
    r"naissance|\bn[ée]e? (?:quand|quel)|\bborn\b|birth|\bcodes?\b|mot de passe|\bmdp\b"
    r"|passwords?\b|passcode|\bpin\b|gramme\b|\bcv[vc]\b|\bchiffres\b|\bdigits\b",
    re.IGNORECASE,
)
"""What is asked for by name and answered without it: "votre date de naissance ?", "le 4 mai"."""

CLOCKS_DIFFER = timedelta(days=1)
"""A time zone left out makes half a day; more is a clock that is wrong."""


class Shaper:
    """Turns one source's records into rows of the staging schema (see `jobs.stage`)."""

    def __init__(
        self,
        pseudonyms: Pseudonyms,
        *,
        day: date,
        now: datetime,
        country: str,
        detect_language: Callable[[str], str | None],
    ) -> None:
        self._pseudonyms = pseudonyms
        self._day = day
        self._landed_at = datetime.combine(day, time(), UTC)
        self._now = now
        self._country = country
        self._detect = detect_language

    def row(
        self,
        record: Interaction | Transcript | Survey | CrmCustomer | Excluded | Rejected,
    ) -> Row:
        """The staging row of one record: which kind it is, its key, its columns."""
        match record:
            case Interaction() if record.occurred_at > self._now + CLOCKS_DIFFER:
                # Kept, it would open a journey that no silence can end.
                ahead = (
                    f"it occurred at {record.occurred_at:%Y-%m-%d %H:%M} UTC, more than a "
                    f"day after it was read ({self._now:%Y-%m-%d %H:%M}): the source's "
                    "clock is ahead, or ours behind"
                )
                return self.row(Rejected("clock_ahead", ahead, record.origin))
            case Interaction():
                columns = self.interaction(record)
                return self._staged(record.origin, "interactions", columns)
            case Transcript():
                return self._staged(
                    record.origin, "transcripts", self.transcript(record)
                )
            case Survey():
                return self._staged(record.origin, "surveys", self.survey(record))
            case CrmCustomer():
                crm = self.crm_record(record)
                if crm is None:
                    return self.row(
                        Rejected(
                            "no_customer_number",
                            "the row's customer number is empty",
                            record.origin,
                        )
                    )
                return self._staged(record.origin, "crm_records", crm)
            case Rejected():
                return self._staged(record.origin, "quarantine", self.refusal(record))
            case Excluded():
                return {
                    "record": "excluded",
                    "source": record.origin.source,
                    "day": self._day,
                    "reason": record.reason,
                }

    def interaction(self, record: Interaction) -> Row:
        """An interaction's columns; the text of its turns is masked as one, so that a
        number dictated over several of them is found."""
        turns, text = self._words(record.turns, record.text, record.names)
        subject = self._masked(record.subject, record.names)
        language, is_declared = self._language(record.language, text)
        content: Row = {
            "interaction_id": f"{record.origin.source}:{record.native_id}",
            "conversation_id": f"{record.origin.source}:{record.conversation_native_id}",
            "source": record.origin.source,
            "channel": record.channel,
            "direction": record.direction,
            "initiation": record.initiation,
            "entry_point": record.entry_point,
            "visibility": record.visibility,
            "occurred_at": utc(record.occurred_at),
            "occurred_date": utc(record.occurred_at).date(),
            "ended_at": utc(record.ended_at) if record.ended_at else None,
            "source_updated_at": utc(record.source_updated_at),
            "handles": self._pseudonyms.handles(record.handles),
            "agent_key": (
                self._pseudonyms.of("agent", record.agent) if record.agent else None
            ),
            "queue": record.queue,
            "site": record.site,
            "partner": record.partner,
            "wait_seconds": record.wait_seconds,
            "talk_seconds": record.talk_seconds,
            "hold_seconds": record.hold_seconds,
            "wrap_seconds": record.wrap_seconds,
            "outcome": record.outcome,
            "language": language,
            "language_is_declared": is_declared,
            "subject": subject,
            "text": text,
            "text_origin": record.text_origin if text is not None else None,
            "turns": turns,
            "attributes": self._attributes(record.attributes, record.names),
        }
        return self._with_provenance(content, record.origin) | {
            "transcript_hash": None,
            "text_hash": fingerprint(text) if text is not None else None,
        }

    def transcript(self, record: Transcript) -> Row:
        """A transcript's columns. Without a date of its own, its arrival is its date."""
        turns, text = self._words(record.turns, record.text, record.names)
        language, is_declared = self._language(record.language, text)
        content: Row = {
            "interaction_id": f"{record.origin.source}:{record.native_id}",
            "source": record.origin.source,
            "language": language,
            "language_is_declared": is_declared,
            "text": text,
            "text_origin": record.text_origin,
            "turns": turns,
            "attributes": self._attributes(record.attributes, record.names),
        }
        row = self._with_provenance(content, record.origin)
        row["source_updated_at"] = (
            utc(record.source_updated_at)
            if record.source_updated_at
            else self._landed_at
        )
        row["landed_date"] = self._day
        row["text_hash"] = fingerprint(text) if text is not None else None
        return row

    def survey(self, record: Survey) -> Row:
        """A survey's columns; the interaction it names is kept whether we know it or not."""
        named = record.interaction_native_id
        if named is not None and record.interaction_source is not None:
            named = f"{record.interaction_source}:{named}"
        content: Row = {
            "survey_id": f"{record.origin.source}:{record.native_id}",
            "source": record.origin.source,
            "interaction_id": named,
            "handles": self._pseudonyms.handles(record.handles),
            "survey_channel": record.survey_channel,
            "question_kind": record.question_kind,
            "question_code": record.question_code,
            "invited_at": _utc(record.invited_at),
            "delivered_at": _utc(record.delivered_at),
            "started_at": _utc(record.started_at),
            "answered_at": _utc(record.answered_at),
            "score": record.score,
            "scale_min": record.scale_min,
            "scale_max": record.scale_max,
            "higher_is_better": record.higher_is_better,
            "comment": self._masked(record.comment, record.names),
            "language": record.language,
            "source_updated_at": utc(record.source_updated_at),
        }
        return self._with_provenance(content, record.origin)

    def crm_record(self, record: CrmCustomer) -> Row | None:
        """A customer's columns; null when their number is no number."""
        customer_id = self._pseudonyms.customer_id(record.native_id)
        if customer_id is None:
            return None
        content: Row = {
            "customer_id": customer_id,
            "landed_date": self._day,
            "source": record.origin.source,
            "handles": self._pseudonyms.handles(record.handles),
            "segment": record.segment,
            "generation": generation(record.birth_year),
            "language": record.language,
            "since_date": record.since_date,
        }
        return self._with_provenance(content, record.origin)

    def refusal(self, record: Rejected) -> Row:
        """A quarantine row. A broken record declares no names, so what looks like a
        name's place is masked whole."""
        excerpt = NAMED_IN_JSON.sub(r"\1<NAME>", record.excerpt)
        excerpt = NAMED_IN_MAIL.sub(r"\1<NAME> ", excerpt)
        if A_ROW.match(record.excerpt):
            excerpt = NAMED_IN_ROW.sub("<NAME>", excerpt)
        origin = record.origin
        return {
            "quarantine_id": fingerprint(
                "\n".join((origin.source, origin.file, origin.locator, record.reason))
            ),
            "reason_code": record.reason,
            "message": masking.mask(record.message, country=self._country),
            "source": origin.source,
            "file": origin.file,
            "locator": origin.locator,
            "excerpt": masking.mask(excerpt, country=self._country),
            "first_seen": self._landed_at,
            "last_seen": self._landed_at,
            "replayed_at": None,
        }

    def _staged(self, origin: Origin, table: str, columns: Row) -> Row:
        return {
            "record": table,
            "source": origin.source,
            "day": self._day,
            "reason": None,
            table: columns,
        }

    def _with_provenance(self, content: Row, origin: Origin) -> Row:
        """Adds where and when it came from; the fingerprint is of the content alone."""
        return content | {
            "record_hash": fingerprint(content),
            "landed_at": self._landed_at,
            "processed_at": self._now,
            "file": origin.file,
            "locator": origin.locator,
        }

    def _masked(self, text: str | None, names: Sequence[str]) -> str | None:
        if text is None or not text.strip():
            return None
        return masking.mask(text, names=names, country=self._country)

    def _attributes(
        self, attributes: dict[str, str], names: Sequence[str]
    ) -> dict[str, str]:
        return {
            key: masking.mask(value, names=names, country=self._country)
            for key, value in attributes.items()
        }

    def _language(
        self, declared: str | None, text: str | None
    ) -> tuple[str | None, bool]:
        if declared:
            return declared[:2].lower(), True
        return (self._detect(text) if text else None), False

    def _words(
        self, turns: Sequence[Turn], text: str | None, names: Sequence[str]
    ) -> tuple[list[Row], str | None]:
        if not turns:
            return [], self._masked(text, names)
        words = [turn.text for turn in turns]
        for party in {turn.party for turn in turns}:
            spoken = [i for i, turn in enumerate(turns) if turn.party == party]
            masked = mask_together([words[i] for i in spoken], names, self._country)
            for i, masked_words in zip(spoken, masked, strict=True):
                words[i] = masked_words
        for i, (question, answer) in enumerate(pairwise(turns), 1):
            if question.party != answer.party and ASKED.search(question.text):
                words[i] = mask_answer(question.text, words[i], names, self._country)
        rows = [
            {
                "position": position,
                "party": turn.party,
                "started_at": _utc(turn.started_at),
                "text": said,
            }
            for position, (turn, said) in enumerate(zip(turns, words, strict=True), 1)
        ]
        own = [
            said
            for turn, said in zip(turns, words, strict=True)
            if turn.party == "customer"
        ]
        return rows, "\n".join(own).strip() or None


def mask_answer(question: str, answer: str, names: Sequence[str], country: str) -> str:
    """The answer masked as what follows its question, which alone says what it is."""
    after = len(question) + 1
    found = masking.find(f"{question}\n{answer}", names=names, country=country)
    pieces: list[str] = []
    place = 0
    for span in found:
        if span.end > after:
            pieces += [answer[place : max(0, span.start - after)], f"<{span.kind}>"]
            place = span.end - after
    return "".join([*pieces, answer[place:]])


def mask_together(
    texts: Sequence[str], names: Sequence[str], country: str
) -> list[str]:
    """Mask several texts as if they were one: what is found across a boundary is
    masked on both sides of it.

    Digits that go on in the next text are looked at both ways, as one number and as
    two: "06 12." and "34 56 78" are a phone, and so is the second of "451" and
    "06 12 34 56 78".
    """
    joined = "\n".join(texts)
    found = masking.find(joined, names=names, country=country)
    # As many blanks as there were characters: places stay what they are.
    running_on = DICTATED_ON.sub(lambda gap: " " * len(gap.group()), joined)
    if running_on != joined:
        further = masking.find(running_on, names=names, country=country)
        found = sorted({*found, *further}, key=lambda span: (span.start, -span.end))
    masked: list[str] = []
    start = 0
    for text in texts:
        end = start + len(text)
        pieces: list[str] = []
        place = start
        for span in found:
            if place == end or span.end <= place or span.start >= end:
                continue
            pieces += [text[place - start : max(span.start, place) - start]]
            pieces += [f"<{span.kind}>"]
            place = min(span.end, end)
        masked.append("".join([*pieces, text[place - start :]]))
        start = end + 1
    return masked


def generation(birth_year: int | None) -> str | None:
    """The generation a birth year falls into; null without one."""
    if birth_year is None:
        return None
    return next(name for last, name in GENERATIONS if birth_year <= last)


def fingerprint(content: Any) -> str:
    """The same for the same content, in every process and version of Python."""
    return blake2b(
        msgspec.json.encode(content, order="deterministic"), digest_size=12
    ).hexdigest()


def _utc(instant: datetime | None) -> datetime | None:
    return utc(instant) if instant is not None else None
