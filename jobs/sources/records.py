"""What a reader may say of a record: the types every parser yields, and where it came from.

Values here are as the source gave them: personal data included. They live between
`parse` and the masking stage of the same process and are never written.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import BinaryIO, Literal, NamedTuple, TypeAlias

import msgspec

Channel: TypeAlias = Literal[
    "call", "video", "chat", "email", "web_form", "social", "review"
]
Direction: TypeAlias = Literal["inbound", "outbound"]
Initiation: TypeAlias = Literal[
    "inbound", "outbound", "callback", "click_to_call", "transfer"
]
EntryPoint: TypeAlias = Literal["ivr", "web_button", "app_button", "link", "unknown"]
Outcome: TypeAlias = Literal[
    "answered", "abandoned", "callback_requested", "voicemail", "failed", "delivered"
]
Party: TypeAlias = Literal["customer", "agent", "bot"]
TextOrigin: TypeAlias = Literal["typed", "transcript", "machine_transcript"]
HandleKind: TypeAlias = Literal[
    "email", "phone", "account", "x", "x_id", "mastodon", "contact"
]
"""How a customer is known to a source.

`account` is the company's own customer number (the CRM's id); `x` a user name without
the @; `x_id` X's numeric id as text; `mastodon` the full address user@server; `contact`
an id that only one source knows, prefixed with that source's name.
"""


class Company(msgspec.Struct, frozen=True):
    """How to tell the company's own voice from a customer's, from the settings.

    Everything is compared without regard to case.
    """

    email_domains: frozenset[str] = frozenset()
    """In lower case and bare: who writes from these domains or below them is the
    company."""
    x_accounts: frozenset[str] = frozenset()
    """User names (no @) or numeric ids of the brand on X."""
    mastodon_accounts: frozenset[str] = frozenset()
    """Brand accounts: `brand@server`, or `brand` on the instance that was read."""
    country: str = "FR"
    """ISO 3166 country in which a phone number without prefix is dialled."""

    def owns(self, address: str) -> bool:
        """Whether an e-mail address is the company's own, as every reader decides it."""
        _, at, domain = address.rpartition("@")
        labels = domain.strip(" <>.").lower().split(".")
        return at != "" and any(
            ".".join(labels[index:]) in self.email_domains
            for index in range(len(labels))
        )


class Origin(msgspec.Struct, frozen=True):
    """Where a record stands: enough to find its bytes again."""

    source: str
    """The source's name in the settings; the first part of every id."""
    file: str
    """Path below the drop folder, or `topic/partition`."""
    locator: str = ""
    """`byte 1024`, `byte 1024 $.comments[3]`, `offset 77`."""
    company: Company = Company()

    def at(self, place: str) -> "Origin":
        """The same origin, one step further in."""
        locator = f"{self.locator} {place}".strip()
        return msgspec.structs.replace(self, locator=locator)


class Handle(NamedTuple):
    """An address, number or name by which a customer may be recognised, as found.

    Normalising (case, phone format) is the stage's work, not the reader's.
    """

    kind: HandleKind
    value: str


class Turn(NamedTuple):
    """One utterance; `started_at` is an instant in UTC, or null where not told."""

    party: Party
    started_at: datetime | None
    text: str


class Interaction(msgspec.Struct, frozen=True, kw_only=True):
    """One contact record, as `schemas/interactions.odcs.yaml` describes its columns.

    Only the customer's own words belong in `text`; every party's in `turns`, which
    stays empty for an e-mail or a post: there `text` is all there is.
    """

    native_id: str
    conversation_native_id: str
    """The id of what it belongs to at the source; its own id where it stands alone.

    It may be another interaction's native id (a reply names the post or e-mail
    it answers): chains are followed to their start when contacts are built.
    """
    channel: Channel
    direction: Direction
    initiation: Initiation
    occurred_at: datetime
    source_updated_at: datetime
    """When the source last touched the record; the newest delivery wins."""
    origin: Origin
    entry_point: EntryPoint = "unknown"
    visibility: Literal["public", "private"] | None = None
    ended_at: datetime | None = None
    handles: tuple[Handle, ...] = ()
    """The customer's, also on the company's own messages (whom they answer)."""
    agent: str | None = None
    queue: str | None = None
    site: str | None = None
    partner: str | None = None
    wait_seconds: float | None = None
    talk_seconds: float | None = None
    hold_seconds: float | None = None
    wrap_seconds: float | None = None
    outcome: Outcome
    language: str | None = None
    """ISO 639-1, only where the source declares it."""
    subject: str | None = None
    text: str | None = None
    text_origin: TextOrigin | None = None
    turns: tuple[Turn, ...] = ()
    attributes: dict[str, str] = {}
    names: tuple[str, ...] = ()
    """Names of people the record declares (customer, agent): masked wherever they
    occur in its text."""


class Transcript(msgspec.Struct, frozen=True, kw_only=True):
    """The words of an interaction, delivered apart from its record."""

    native_id: str
    """The interaction's."""
    source_updated_at: datetime | None
    """When the analysis was made, where it says; it may not."""
    origin: Origin
    turns: tuple[Turn, ...]
    text: str | None
    """The customer's turns, one per line; null when the customer said nothing."""
    text_origin: TextOrigin
    language: str | None = None
    names: tuple[str, ...] = ()
    attributes: dict[str, str] = {}


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """One invitation and question, answered or not."""

    native_id: str
    """The invitation's id at the source, with the question's code where one
    invitation asks several: `s1/Q2`."""
    interaction_native_id: str | None
    """As the survey gives it: `telephony:c1`, or a bare id (see
    `interaction_source`)."""
    interaction_source: str | None = None
    """The source whose id that is, where it is not part of the id and is known
    (a help desk's own rating: that help desk)."""
    handles: tuple[Handle, ...] = ()
    """Whom it was sent to, where the survey says."""
    survey_channel: Literal["sms", "ivr", "email", "web", "app"] | None
    question_kind: Literal["csat", "nps", "ces"] | None
    """Null when the question is of another kind: kept, in no metric."""
    question_code: str | None = None
    invited_at: datetime | None = None
    delivered_at: datetime | None = None
    started_at: datetime | None = None
    answered_at: datetime | None = None
    score: float | None = None
    scale_min: float | None = None
    scale_max: float | None = None
    higher_is_better: bool = True
    comment: str | None = None
    language: str | None = None
    source_updated_at: datetime
    """Newest of the times above: a later delivery of the same invitation wins."""
    origin: Origin
    names: tuple[str, ...] = ()


class CrmCustomer(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the company's customer file."""

    native_id: str
    handles: tuple[Handle, ...]
    """Its `account` handle first, then e-mails, phones and network names."""
    segment: Literal["b2b", "b2c"] | None
    birth_year: int | None
    language: str | None
    since_date: date | None
    origin: Origin
    names: tuple[str, ...] = ()


class Excluded(msgspec.Struct, frozen=True):
    """A record that is rightly no customer interaction: counted, not kept."""

    reason: str
    """snake_case, from a short closed list per reader: `bot`, `retweet`, …"""
    origin: Origin


class Rejected(msgspec.Struct, frozen=True):
    """A record that could not be read: it goes to the quarantine."""

    reason: str
    """snake_case code: `not_a_mastodon_status`."""
    message: str
    """For a person: which field, what was expected, what was found."""
    origin: Origin
    excerpt: str = ""
    """The beginning of the record, at most 500 characters, unmasked: the stage
    masks it. Empty only where there is nothing to show."""


Outcomes: TypeAlias = Iterator[
    Interaction | Transcript | Survey | CrmCustomer | Excluded | Rejected
]
"""Every record a document holds comes out once, as one of these."""


class Document(NamedTuple):
    """A piece of a file that can be parsed by itself."""

    content: bytes
    origin: Origin


class Reader(NamedTuple):
    """A native format: how its files fall into documents, and a document into records."""

    kind: str
    split: Callable[[BinaryIO, Origin], Iterator[Document]]
    """Reads a file of any size in pieces: memory is bounded by the largest record.
    Never raises for what the bytes hold: what it cannot split it hands on whole."""
    parse: Callable[[bytes, Origin], Outcomes]
    """Pure; never raises for what the bytes hold."""


EXCERPT_LENGTH = 500


def excerpt_of(content: bytes) -> str:
    """The first characters of a document that could not be read."""
    return content[: 4 * EXCERPT_LENGTH].decode("utf-8", "replace")[:EXCERPT_LENGTH]


def utc(instant: datetime) -> datetime:
    """The same instant in UTC; one without an offset is taken to be UTC already."""
    if instant.tzinfo is None:
        return instant.replace(tzinfo=UTC)
    return instant.astimezone(UTC)
