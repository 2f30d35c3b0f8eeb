"""Records become rows: exactly which, masked and fingerprinted."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.pseudonyms import Pseudonyms
from jobs.shaping import Shaper, fingerprint, generation, mask_answer, mask_together
from jobs.sources.records import Handle
from schemas.contracts import contract
from tests.builders import (
    DAY,
    LANDED,
    NINE,
    PROCESSED,
    a_crm_customer,
    a_rejection,
    a_survey,
    a_transcript,
    a_turn,
    an_exclusion,
    an_interaction,
    an_origin,
)

PSEUDONYMS = Pseudonyms("a secret of more than thirty-two characters", "FR")

LEA = PSEUDONYMS.of("email", "lea@client.example")


def shaper(**changes):
    return Shaper(
        PSEUDONYMS,
        **{
            "day": DAY,
            "now": PROCESSED,
            "country": "FR",
            "detect_language": lambda text: f"told from {text!r}",
        }
        | changes,
    )


SHAPER = shaper()


def test_an_interaction_becomes_its_row():
    row = SHAPER.row(an_interaction())

    assert {k: row[k] for k in ("record", "source", "day", "reason")} == {
        "record": "interactions",
        "source": "telephony",
        "day": DAY,
        "reason": None,
    }
    columns = row["interactions"]
    assert columns == {
        "interaction_id": "telephony:i1",
        "conversation_id": "telephony:i1",
        "source": "telephony",
        "channel": "chat",
        "direction": "inbound",
        "initiation": "inbound",
        "entry_point": "web_button",
        "visibility": "private",
        "occurred_at": NINE,
        "occurred_date": DAY,
        "ended_at": NINE + timedelta(minutes=5),
        "source_updated_at": NINE + timedelta(minutes=6),
        "landed_at": LANDED,
        "processed_at": PROCESSED,
        "handles": [{"kind": "email", "key": LEA}],
        "agent_key": PSEUDONYMS.of("agent", "agent-7"),
        "queue": "billing",
        "site": "Lyon",
        "partner": "Contacta",
        "wait_seconds": 12.0,
        "talk_seconds": 240.0,
        "hold_seconds": 30.0,
        "wrap_seconds": 20.0,
        "outcome": "answered",
        "language": "en",
        "language_is_declared": True,
        "subject": "the bill of March",
        "text": "my bill is wrong",
        "text_origin": "typed",
        "turns": [
            {
                "position": 1,
                "party": "customer",
                "started_at": NINE,
                "text": "my bill is wrong",
            }
        ],
        "attributes": {"priority": "high"},
        "file": "2026-03-02/telephony/records.jsonl",
        "locator": "byte 0",
        "record_hash": columns["record_hash"],
        "transcript_hash": None,
        "text_hash": fingerprint("my bill is wrong"),
    }


def test_a_transcript_becomes_its_row():
    row = SHAPER.row(a_transcript())
    columns = row["transcripts"]

    assert row["record"] == "transcripts"
    assert columns == {
        "interaction_id": "telephony:i1",
        "source": "telephony",
        "source_updated_at": NINE + timedelta(minutes=10),
        "landed_at": LANDED,
        "landed_date": DAY,
        "processed_at": PROCESSED,
        "language": "en",
        "language_is_declared": True,
        "text": "my bill is wrong",
        "text_origin": "machine_transcript",
        "turns": [
            {
                "position": 1,
                "party": "customer",
                "started_at": NINE,
                "text": "my bill is wrong",
            }
        ],
        "attributes": {"analysis": "v1"},
        "file": "2026-03-02/telephony/records.jsonl",
        "locator": "$.transcript",
        "record_hash": columns["record_hash"],
        "text_hash": fingerprint("my bill is wrong"),
    }


def test_a_survey_becomes_its_row():
    row = SHAPER.row(a_survey())
    columns = row["surveys"]

    assert (row["record"], row["source"]) == ("surveys", "surveys")
    assert columns == {
        "survey_id": "surveys:s1",
        "source": "surveys",
        "interaction_id": "telephony:i1",
        "handles": [{"kind": "email", "key": LEA}],
        "survey_channel": "email",
        "question_kind": "csat",
        "question_code": "Q1",
        "invited_at": NINE + timedelta(hours=1),
        "delivered_at": NINE + timedelta(hours=1, minutes=1),
        "started_at": NINE + timedelta(hours=2),
        "answered_at": NINE + timedelta(hours=2, minutes=1),
        "score": 4.0,
        "scale_min": 1.0,
        "scale_max": 5.0,
        "higher_is_better": True,
        "comment": "quick and friendly",
        "language": "en",
        "source_updated_at": NINE + timedelta(hours=2, minutes=1),
        "landed_at": LANDED,
        "processed_at": PROCESSED,
        "file": "2026-03-02/surveys/a.csv",
        "locator": "byte 0",
        "record_hash": columns["record_hash"],
    }


def test_a_customer_becomes_its_row():
    row = SHAPER.row(a_crm_customer())
    columns = row["crm_records"]

    assert row["record"] == "crm_records"
    assert columns == {
        "customer_id": PSEUDONYMS.customer_id("100001"),
        "landed_date": DAY,
        "source": "crm",
        "handles": [
            {"kind": "account", "key": PSEUDONYMS.of("account", "100001")},
            {"kind": "email", "key": LEA},
        ],
        "segment": "b2c",
        "generation": "millennial",
        "language": "fr",
        "since_date": date(2020, 5, 17),
        "landed_at": LANDED,
        "processed_at": PROCESSED,
        "file": "2026-03-02/crm/customers.csv",
        "locator": "byte 0",
        "record_hash": columns["record_hash"],
    }


def test_a_refusal_becomes_its_row():
    row = SHAPER.row(a_rejection())
    columns = row["quarantine"]

    assert (row["record"], row["reason"]) == ("quarantine", None)
    assert columns == {
        "quarantine_id": columns["quarantine_id"],
        "reason_code": "not_a_contact_record",
        "message": "$.ContactId: expected str, got int",
        "source": "telephony",
        "file": "2026-03-02/telephony/records.jsonl",
        "locator": "byte 0",
        "excerpt": '{"ContactId": 1}',
        "first_seen": LANDED,
        "last_seen": LANDED,
        "replayed_at": None,
    }


def test_an_exclusion_is_a_reason_and_no_row_of_a_table():
    assert SHAPER.row(an_exclusion()) == {
        "record": "excluded",
        "source": "telephony",
        "day": DAY,
        "reason": "bot",
    }


@pytest.mark.parametrize(
    ("table", "record"),
    [
        ("interactions", an_interaction()),
        ("transcripts", a_transcript()),
        ("surveys", a_survey()),
        ("crm_records", a_crm_customer()),
        ("quarantine", a_rejection()),
    ],
)
def test_a_row_has_the_columns_of_its_contract(table, record):
    columns = SHAPER.row(record)[table]

    assert sorted(columns) == sorted(contract(table).column_names)


def test_a_customer_without_number_is_refused():
    row = SHAPER.row(a_crm_customer(native_id="  "))

    assert row["record"] == "quarantine"
    assert row["quarantine"]["reason_code"] == "no_customer_number"
    assert row["quarantine"]["source"] == "crm"


# Masking


def test_everything_that_is_words_is_masked():
    columns = SHAPER.interaction(
        an_interaction(
            subject="write to lea@client.example",
            turns=(
                a_turn("I am at 06 12 34 56 78"),
                a_turn("lea@client.example?", party="agent"),
            ),
            attributes={"note": "call 06 12 34 56 78"},
        )
    )

    assert columns["subject"] == "write to <EMAIL>"
    assert columns["text"] == "I am at <PHONE>"
    assert [turn["text"] for turn in columns["turns"]] == [
        "I am at <PHONE>",
        "<EMAIL>?",
    ]
    assert columns["attributes"] == {"note": "call <PHONE>"}


def test_a_survey_s_comment_is_masked():
    columns = SHAPER.survey(a_survey(comment="call me: 06 12 34 56 78"))

    assert columns["comment"] == "call me: <PHONE>"


def test_the_names_a_record_declares_are_masked_wherever_they_occur():
    columns = SHAPER.interaction(
        an_interaction(
            names=("Léa Martin",),
            subject="Léa Martin again",
            text="this is Léa Martin",
            turns=(),
            attributes={"assignee": "Léa Martin"},
        )
    )

    assert columns["subject"] == "<NAME> again"
    assert columns["text"] == "this is <NAME>"
    assert columns["attributes"] == {"assignee": "<NAME>"}


@pytest.mark.parametrize(
    "parts",
    [
        ["zéro six douze trente-quatre", "cinquante-six soixante-dix-huit"],
        ["06 12", "34 56 78"],
        ["06 12.", "34 56 78"],
        ["06 12,", "34 56", "78"],
        ["06", "12", "34", "56", "78"],
    ],
)
def test_a_number_dictated_over_several_turns_is_masked_in_each(parts):
    assert mask_together(parts, (), "FR") == ["<PHONE>"] * len(parts)


def test_a_number_dictated_around_the_agent_s_assent_is_masked():
    columns = SHAPER.interaction(
        an_interaction(
            turns=(
                a_turn("it is 06 12 34"),
                a_turn("yes", party="agent"),
                a_turn("56 78, thank you"),
            )
        )
    )

    assert [turn["text"] for turn in columns["turns"]] == [
        "it is <PHONE>",
        "yes",
        "<PHONE>, thank you",
    ]
    assert columns["text"] == "it is <PHONE>\n<PHONE>, thank you"


@pytest.mark.parametrize(
    ("question", "answer", "masked"),
    [
        ("Votre date de naissance ?", "oui le 4 mai 79", "oui le <BIRTH_DATE>"),
        ("vous êtes née quand", "4 mai 79", "<BIRTH_DATE>"),
        ("And your date of birth, please?", "May 4th 1979", "<BIRTH_DATE>"),
        ("Vous avez reçu un code par SMS ?", "oui 4 8 2 9", "oui <SECRET>"),
        ("Votre code postal ?", "69003", "69003"),
        ("Il y a un code erreur ?", "502", "502"),
        ("Le rendez-vous ?", "le 4 mai 79", "le 4 mai 79"),
        ("Votre date de naissance ?", "<BIRTH_DATE> voilà", "<BIRTH_DATE> voilà"),
    ],
)
def test_an_answer_is_what_its_question_asked_for(question, answer, masked):
    assert mask_answer(question, answer, (), "FR") == masked


def test_the_customer_s_answer_is_masked_by_the_agent_s_question():
    columns = SHAPER.interaction(
        an_interaction(
            turns=(
                a_turn("votre date de naissance ?", party="agent"),
                a_turn("le 4 mai 79 et je suis client depuis le 4 mai 2009"),
            )
        )
    )
    assert columns["text"] == "le <BIRTH_DATE> et je suis client depuis le 4 mai 2009"


def test_a_number_after_another_number_is_masked_all_the_same():
    assert mask_together(["it costs 451", "06 12 34 56 78"], (), "FR") == [
        "it costs 451",
        "<PHONE>",
    ]


def test_a_turn_without_words_stays_without():
    assert mask_together(["06 12 34", "", "56 78"], (), "FR") == [
        "<PHONE>",
        "",
        "<PHONE>",
    ]


@given(st.lists(st.text("ab 0612345678@.\n<>é", max_size=20), max_size=5))
def test_masking_together_loses_no_text_and_masks_what_stands_alone(texts):
    masked = mask_together(texts, (), "FR")

    assert len(masked) == len(texts)
    for before, after in zip(texts, masked, strict=True):
        kept = [part for part in after.split("<") if part]
        assert all(part.rpartition(">")[2] in before for part in kept)


# Words and language


def test_the_text_is_the_customer_s_turns_alone():
    columns = SHAPER.interaction(
        an_interaction(
            text="not read where there are turns",
            turns=(
                a_turn("hello", party="bot"),
                a_turn("my bill"),
                a_turn("yes?", party="agent"),
                a_turn("is wrong"),
            ),
        )
    )

    assert columns["text"] == "my bill\nis wrong"
    assert [(t["position"], t["party"]) for t in columns["turns"]] == [
        (1, "bot"),
        (2, "customer"),
        (3, "agent"),
        (4, "customer"),
    ]


def test_words_of_others_alone_are_no_text_and_have_no_origin():
    columns = SHAPER.interaction(
        an_interaction(turns=(a_turn("hello", party="agent"),), language=None)
    )

    assert (columns["text"], columns["text_origin"], columns["text_hash"]) == (
        None,
        None,
        None,
    )
    assert (columns["language"], columns["language_is_declared"]) == (None, False)
    assert len(columns["turns"]) == 1


def test_blank_words_are_none():
    columns = SHAPER.interaction(an_interaction(text=" \n", subject=" ", turns=()))

    assert (columns["text"], columns["subject"], columns["text_origin"]) == (
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("declared", "language"), [("fr", "fr"), ("fr-CA", "fr"), ("EN", "en")]
)
def test_a_declared_language_is_taken_in_two_letters(declared, language):
    columns = SHAPER.interaction(an_interaction(language=declared))

    assert (columns["language"], columns["language_is_declared"]) == (language, True)


def test_an_undeclared_language_is_told_from_the_masked_text():
    columns = SHAPER.interaction(
        an_interaction(language=None, turns=(), text="to lea@client.example")
    )

    assert columns["language"] == "told from 'to <EMAIL>'"
    assert columns["language_is_declared"] is False


def test_a_transcript_without_date_is_dated_by_its_arrival():
    columns = SHAPER.transcript(a_transcript(source_updated_at=None))

    assert columns["source_updated_at"] == LANDED


# Ids, times, surveys


def test_times_are_written_in_utc():
    paris = datetime.fromisoformat("2026-03-02T00:30:00+01:00")

    columns = SHAPER.interaction(an_interaction(occurred_at=paris, ended_at=paris))

    assert columns["occurred_at"] == datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert columns["occurred_at"].tzinfo is UTC
    assert columns["ended_at"].tzinfo is UTC
    assert columns["occurred_date"] == date(2026, 3, 1)


def test_a_conversation_is_named_by_its_own_id():
    columns = SHAPER.interaction(an_interaction(conversation_native_id="first"))

    assert columns["conversation_id"] == "telephony:first"


@pytest.mark.parametrize(
    ("native", "source", "named"),
    [
        ("i1", "helpdesk", "helpdesk:i1"),
        ("telephony:i1", None, "telephony:i1"),
        ("i1", None, "i1"),
        (None, "helpdesk", None),
        (None, None, None),
    ],
)
def test_a_survey_names_its_interaction_as_far_as_it_can(native, source, named):
    columns = SHAPER.survey(
        a_survey(interaction_native_id=native, interaction_source=source)
    )

    assert columns["interaction_id"] == named


def test_no_agent_has_no_key():
    assert SHAPER.interaction(an_interaction(agent=None))["agent_key"] is None


@pytest.mark.parametrize(
    ("year", "name"),
    [
        (1900, "silent"),
        (1945, "silent"),
        (1946, "baby_boomer"),
        (1964, "baby_boomer"),
        (1965, "gen_x"),
        (1980, "gen_x"),
        (1981, "millennial"),
        (1996, "millennial"),
        (1997, "gen_z"),
        (2012, "gen_z"),
        (2013, "gen_alpha"),
        (None, None),
    ],
)
def test_a_generation_holds_its_last_birth_year(year, name):
    assert generation(year) == name


def test_generations_are_those_of_the_contract():
    values = next(
        c.values for c in contract("crm_records").columns if c.name == "generation"
    )

    assert {generation(year) for year in range(1900, 2030)} == set(values)


# Fingerprints


@pytest.mark.parametrize(
    ("table", "record"),
    [
        ("interactions", an_interaction),
        ("transcripts", a_transcript),
        ("surveys", a_survey),
        ("crm_records", a_crm_customer),
    ],
)
def test_the_same_record_from_another_file_has_the_same_fingerprint(table, record):
    source = record().origin.source
    elsewhere = an_origin(source=source, file="2026-03-04/again.json", locator="byte 9")

    first = SHAPER.row(record())[table]
    again = shaper(now=PROCESSED + timedelta(days=1)).row(record(origin=elsewhere))

    assert again[table]["file"] == "2026-03-04/again.json"
    assert again[table]["record_hash"] == first["record_hash"]


@pytest.mark.parametrize(
    ("table", "record"),
    [
        ("interactions", an_interaction),
        ("surveys", a_survey),
        ("transcripts", a_transcript),
    ],
)
def test_a_record_that_arrives_on_another_day_has_the_same_fingerprint(table, record):
    later = shaper(day=DAY + timedelta(days=3)).row(record())[table]

    assert later["landed_at"] == LANDED + timedelta(days=3)
    assert later["record_hash"] == SHAPER.row(record())[table]["record_hash"]


@pytest.mark.parametrize(
    ("table", "record", "change"),
    [
        ("interactions", an_interaction, {"queue": "sales"}),
        ("interactions", an_interaction, {"wait_seconds": 13.0}),
        ("interactions", an_interaction, {"wait_seconds": None}),
        ("interactions", an_interaction, {"turns": (a_turn("another"),)}),
        ("interactions", an_interaction, {"attributes": {}}),
        ("interactions", an_interaction, {"handles": (Handle("x", "lea"),)}),
        ("interactions", an_interaction, {"source_updated_at": NINE}),
        ("transcripts", a_transcript, {"turns": (a_turn("another"),)}),
        ("surveys", a_survey, {"score": 5.0}),
        ("surveys", a_survey, {"comment": None}),
        ("crm_records", a_crm_customer, {"segment": "b2b"}),
    ],
)
def test_a_change_changes_the_fingerprint(table, record, change):
    before, after = (SHAPER.row(r)[table] for r in (record(), record(**change)))

    assert before["record_hash"] != after["record_hash"]


def test_attributes_in_another_order_are_the_same_record():
    one, other = (
        SHAPER.interaction(an_interaction(attributes=given))
        for given in ({"a": "1", "b": "2"}, {"b": "2", "a": "1"})
    )

    assert one["record_hash"] == other["record_hash"]


def test_a_fingerprint_is_the_same_in_every_process():
    """Held as text: one that changed would make every record an update."""
    assert fingerprint({"a": [1, 2.5, None], "b": NINE}) == "74f76402277b6ff4e6d123b6"


# Refusals


@pytest.mark.parametrize(
    ("excerpt", "masked"),
    [
        ('{"name": "Zoé Petit", "id": 1}', '{"name": "<NAME>", "id": 1}'),
        ('{"screen_name":"zoe","text":"hi"}', '{"screen_name":"<NAME>","text":"hi"}'),
        ('{"Display_Name" : "Zo\\"é"}', '{"Display_Name" : "<NAME>"}'),
        ('{"given_name": "Zoé Pe', '{"given_name": "<NAME>'),
        ("From: Zoé Petit <zoe@a.example>", "From: <NAME> <<EMAIL>>"),
        ("Cc: Zoé Petit\r\nSubject: hi", "Cc: <NAME> \r\nSubject: hi"),
        ('{"phone": "06 12 34 56 78"}', '{"phone": "<PHONE>"}'),
        ("100001,fr,b2c,Zoé Petit", "100001,fr,b2c,<NAME>"),
        ("Petit;Zoé;100001;fr", "<NAME>;<NAME>;100001;fr"),
        ('100001,"Petit","Zoé-Lou D\'Arc"', '100001,"<NAME>","<NAME>"'),
        ("1\tzoé petit\tfr\n2\tal capo\ten", "1\t<NAME>\tfr\n2\t<NAME>\ten"),
        ("Dear team, my box is dead", "Dear team, my box is dead"),
    ],
)
def test_what_stands_where_a_name_would_is_masked_in_a_refused_record(excerpt, masked):
    assert SHAPER.refusal(a_rejection(excerpt=excerpt))["excerpt"] == masked


def test_a_refusal_s_message_is_masked():
    columns = SHAPER.refusal(a_rejection(message="no such day: lea@client.example"))

    assert columns["message"] == "no such day: <EMAIL>"


def test_a_refusal_delivered_again_is_the_same_refusal():
    first = SHAPER.refusal(a_rejection())
    again = shaper(day=DAY + timedelta(days=1)).refusal(
        a_rejection(message="worded otherwise", excerpt="")
    )

    assert again["quarantine_id"] == first["quarantine_id"]
    assert again["last_seen"] == LANDED + timedelta(days=1)


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "other"},
        {"origin": an_origin(locator="byte 1")},
        {"origin": an_origin(file="other.json")},
        {"origin": an_origin(source="other")},
    ],
)
def test_refusals_of_other_places_or_reasons_are_others(change):
    one, other = (SHAPER.refusal(r) for r in (a_rejection(), a_rejection(**change)))

    assert one["quarantine_id"] != other["quarantine_id"]


def test_a_record_from_tomorrow_is_refused_for_its_clock():
    ahead = an_interaction(occurred_at=PROCESSED + timedelta(days=1, minutes=1))

    row = SHAPER.row(ahead)

    assert row["record"] == "quarantine"
    assert row["quarantine"]["reason_code"] == "clock_ahead"
    assert row["quarantine"]["message"] == (
        "it occurred at 2026-03-04 02:01 UTC, more than a day after it was read "
        "(2026-03-03 02:00): the source's clock is ahead, or ours behind"
    )


def test_a_time_zone_left_out_refuses_nothing():
    assert SHAPER.row(an_interaction(occurred_at=PROCESSED + timedelta(hours=14)))[
        "record"
    ] == ("interactions")
