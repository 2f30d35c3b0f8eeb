"""From a number down to the words: everything that is known of one contact or customer."""

from collections.abc import Sequence
from typing import Any, get_args

from rich.text import Text

from jobs import console, reading
from jobs.pseudonyms import Pseudonyms
from jobs.settings import Settings
from jobs.sources.records import HandleKind
from schemas.errors import NotFoundError

Facts = dict[str, Any]

ABOUT = (
    "customer_id",
    "channel",
    "source",
    "started_at",
    "ended_at",
    "outcome",
    "wait_seconds",
    "first_reply_seconds",
    "first_reply_business_seconds",
    "handle_seconds",
    "expected_seconds",
    "is_within_expectation",
    "is_out_of_hours",
    "intent_label",
    "intent_group",
    "frustration_score",
    "frustration_label",
    "is_repeat",
    "previous_contact_id",
    "is_first_contact_resolution",
    "is_provisional",
    "segment",
    "generation",
    "language",
    "queue",
    "site",
    "partner",
    "tagger_version",
)
"""The columns of a contact that are shown, in their order; those without a value are not."""


def contact(settings: Settings, contact_id: str) -> Facts:
    """A contact, its interactions with tags and turns, its journey and its surveys.

    An interaction's id is understood as well.

    Raises:
        NotFoundError: there is no such contact.
    """
    given = {"id": contact_id}
    found = reading.records(
        settings, "SELECT * FROM contacts WHERE contact_id = $id", given
    ) or reading.records(
        settings,
        "SELECT contacts.* FROM contacts JOIN contact_interactions USING (contact_id) "
        "WHERE interaction_id = $id",
        given,
    )
    if not found:
        raise NotFoundError(
            f"There is no contact {contact_id!r} in the marts.\nFind one with: verbatim "
            'sql "SELECT contact_id FROM contacts LIMIT 10"'
        )
    of = {"id": found[0]["contact_id"]}
    return {
        "contact": found[0],
        "interactions": reading.records(
            settings,
            "SELECT interactions.* FROM contact_interactions JOIN interactions "
            "USING (interaction_id) WHERE contact_id = $id ORDER BY position",
            of,
        ),
        "turns": reading.records(
            settings,
            "SELECT interaction_turns.* FROM contact_interactions JOIN "
            "interaction_turns USING (interaction_id) WHERE contact_id = $id "
            "ORDER BY contact_interactions.position, interaction_turns.position",
            of,
        ),
        "tags": reading.records(
            settings,
            "SELECT tags.* FROM contact_interactions JOIN tags USING (interaction_id) "
            "WHERE contact_id = $id "
            "ORDER BY position, family, is_primary DESC, score DESC",
            of,
        ),
        "journey": reading.records(
            settings,
            "SELECT steps.position, steps.contact_id, contacts.channel, "
            "contacts.started_at, contacts.intent_label, contacts.frustration_score, "
            "contacts.outcome, steps.gap_seconds, steps.is_continuity_break, "
            "journeys.journey_id, journeys.channel_path, journeys.outcome AS "
            "journey_outcome FROM journey_steps AS own "
            "JOIN journey_steps AS steps USING (journey_id) "
            "JOIN contacts ON contacts.contact_id = steps.contact_id "
            "JOIN journeys USING (journey_id) WHERE own.contact_id = $id "
            "ORDER BY steps.position",
            of,
        ),
        "surveys": reading.records(
            settings,
            "SELECT surveys.* FROM contact_interactions JOIN surveys "
            "USING (interaction_id) WHERE contact_id = $id ORDER BY survey_id",
            of,
        ),
    }


def customer(settings: Settings, customer: str) -> Facts:
    """A customer's links, ended ones included, and their contacts.

    Args:
        customer: our id, or a handle as the customer knows it (an e-mail address, a
            phone number, a customer number): it is hashed here and not written anywhere.

    Raises:
        NotFoundError: no link has it.
    """
    keys = _possible_keys(settings, customer)
    links = reading.records(
        settings,
        "SELECT * FROM identity_links WHERE customer_id IN (SELECT customer_id FROM "
        "identity_links WHERE customer_id = $id OR (handle_key IN (SELECT "
        "unnest($keys)) AND unlinked_at IS NULL)) ORDER BY linked_at, handle_kind",
        {"id": customer, "keys": keys},
    )
    if not links:
        raise NotFoundError(
            f"No customer or handle {customer!r} in the marts.\nGive a customer_id, an "
            "e-mail address, a phone number, a customer number or a network name."
        )
    of = {"id": links[0]["customer_id"]}
    return {
        "customer": (
            reading.records(
                settings, "SELECT * FROM customers WHERE customer_id = $id", of
            )
            or [of | {"is_known": None}]
        )[0],
        "links": links,
        "contacts": reading.records(
            settings,
            "SELECT contact_id, contacts.channel, contacts.started_at, intent_label, "
            "frustration_score, outcome, journey_id FROM contacts LEFT JOIN journey_steps "
            "USING (contact_id) WHERE contacts.customer_id = $id "
            "ORDER BY contacts.started_at",
            of,
        ),
    }


def _possible_keys(settings: Settings, value: str) -> list[str]:
    pseudonyms = Pseudonyms(settings.secret, settings.company.country)
    keys = (pseudonyms.of(kind, value) for kind in get_args(HandleKind))
    # A handle's key may be given as it stands in a table, too.
    return [value, *(key for key in keys if key is not None)]


def print_contact(facts: Facts) -> None:
    """A contact as a person reads it, the words that made its tags underlined."""
    _print_about(facts["contact"])
    for interaction in facts["interactions"]:
        _print_interaction(
            interaction,
            _of(interaction, facts["tags"]),
            _of(interaction, facts["turns"]),
        )
    if facts["journey"]:
        _print_journey(facts["journey"])
    if facts["surveys"]:
        _print_surveys(facts["surveys"])


def _of(interaction: Facts, rows: Sequence[Facts]) -> list[Facts]:
    """Those of the rows that are this interaction's."""
    return [r for r in rows if r["interaction_id"] == interaction["interaction_id"]]


def _print_about(about: Facts) -> None:
    """What is known of the contact itself."""
    console.out.print(Text(about["contact_id"], "bold"))
    console.table(["", ""], [(n, about[n]) for n in ABOUT if about[n] is not None])


def _print_interaction(
    interaction: Facts, tags: Sequence[Facts], turns: Sequence[Facts]
) -> None:
    """Where an interaction is from, its words, and what they were taken for."""
    out = console.out
    out.print()
    out.print(
        Text.assemble(
            (interaction["interaction_id"], "bold"),
            f"  {interaction['channel']} {interaction['direction']}  "
            f"{console.cell(interaction['occurred_at'])}  "
            f"{interaction['file']} ({interaction['locator']})",
        )
    )
    if interaction["subject"]:
        out.print(Text(f"Subject: {interaction['subject']}"))
    if interaction["text"]:
        out.print(with_evidence(interaction["text"], tags))
    if tags:
        _print_tags(tags, interaction["text"] or "")
    if turns:
        console.table(
            ["", "party", "said"],
            [(t["position"], t["party"], t["text"]) for t in turns],
            title="Turns",
        )


def _print_tags(tags: Sequence[Facts], text: str) -> None:
    """An interaction's tags, each with the words of its text that it rests on."""
    console.table(
        ["family", "label", "score", "primary", "because of"],
        [
            (
                tag["family"],
                tag["label"],
                tag["score"],
                "yes" if tag["is_primary"] else None,
                " · ".join(text[e["start"] : e["end"]] for e in tag["evidence"]),
            )
            for tag in tags
        ],
    )


def _print_journey(steps: Sequence[Facts]) -> None:
    """All contacts of the journey that the contact is a step of."""
    first = steps[0]
    console.out.print()
    console.table(
        ["", "contact", "channel", "started", "intent", "frustration", "repeated"],
        [
            (
                s["position"],
                s["contact_id"],
                s["channel"],
                s["started_at"],
                s["intent_label"],
                s["frustration_score"],
                "yes" if s["is_continuity_break"] else None,
            )
            for s in steps
        ],
        title=f"Journey {first['journey_id']}: {first['channel_path']}, "
        f"{first['journey_outcome']}",
    )


def _print_surveys(surveys: Sequence[Facts]) -> None:
    """What the customer was asked about the contact, and answered."""
    console.out.print()
    console.table(
        ["survey", "kind", "score", "scale", "comment"],
        [
            (
                s["survey_id"],
                s["question_kind"],
                s["score"],
                f"{console.cell(s['scale_min'])}-{console.cell(s['scale_max'])}",
                s["comment"],
            )
            for s in surveys
        ],
        title="Surveys",
    )


def print_customer(facts: Facts) -> None:
    """A customer's links with their reasons, and their contacts."""
    console.table(["", ""], list(facts["customer"].items()))
    console.out.print()
    console.table(
        ["kind", "handle_key", "customer", "rule", "evidence", "linked", "unlinked"],
        [
            (
                link["handle_kind"],
                link["handle_key"],
                link["customer_id"],
                link["rule"],
                link["evidence"],
                link["linked_at"],
                f"{console.cell(link['unlinked_at'])} {link['unlinked_reason']}"
                if link["unlinked_at"]
                else None,
            )
            for link in facts["links"]
        ],
        title="Links",
    )
    console.out.print()
    console.table(
        [
            "contact",
            "channel",
            "started",
            "intent",
            "frustration",
            "outcome",
            "journey",
        ],
        [tuple(row.values()) for row in facts["contacts"]],
        title="Contacts",
    )


def with_evidence(text: str, tags: Sequence[Facts]) -> Text:
    """The text with every span underlined that some tag was made from."""
    shown = Text(text)
    for tag in tags:
        for span in tag["evidence"]:
            shown.stylize("underline bold", span["start"], span["end"])
    return shown
