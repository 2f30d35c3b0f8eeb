"""Settings of another company than the demo's, right and wrong."""

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

import nlp.taxonomy
from jobs.session import start
from jobs.settings import days_between, default_file, load
from schemas.errors import SettingsError

MERIDIAN = """
[company]
name = "Meridian Mutual"
time_zone = "Europe/London"
country = "GB"
email_domains = ["@Meridian.example"]
x_accounts = ["@MeridianHelps"]

[paths]
drop = "incoming"
lake = "s3a://meridian/lake"
marts = "/srv/meridian/marts"

[opening_hours]
mon = "08:30-17:00"
sat = "09:00-12:00"
public_holidays = true

[[expectations]]
channel = "call"
seconds = 60

[[expectations]]
channel = "call"
intent = "complaint"
seconds = 30

[rules]
journey_gap_days = 14

[[sources]]
name = "phones"
kind = "amazon_connect"
files = ["calls/{day}/*.json"]

[[sources]]
name = "letters"
kind = "email"
files = ["mail/{day}.mbox"]
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Writes a settings file into an empty environment and reads it."""
    for name in ("VERBATIM_PSEUDONYM_KEY", "VERBATIM_SETTINGS"):
        monkeypatch.delenv(name, raising=False)

    def write(text: str = MERIDIAN):
        file = tmp_path / "meridian.toml"
        file.write_text(text, encoding="utf-8")
        return load(file)

    return write


def faults(written, text: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        written(text)
    assert refused.value.exit_code == 11
    return str(refused.value).splitlines()[1:]


def replaced(old: str, new: str) -> str:
    assert old in MERIDIAN
    return MERIDIAN.replace(old, new, 1)


def test_a_file_written_by_hand_is_read(written):
    settings = written()

    assert settings.company.name == "Meridian Mutual"
    assert [(s.name, s.kind) for s in settings.sources] == [
        ("phones", "amazon_connect"),
        ("letters", "email"),
    ]
    assert settings.rules.journey_gap_days == 14
    assert settings.demo is False
    assert str(settings.zone) == "Europe/London"


def test_what_a_file_does_not_say_has_its_default(written):
    settings = written()

    assert settings.rules.resolution_window_days == 7
    assert settings.rules.small_number_floor == 30
    assert settings.marts.keep == 7
    assert settings.spark.master is None
    assert settings.taxonomy_file is None


def test_relative_folders_are_below_the_file_and_others_as_they_are(written, tmp_path):
    settings = written()

    assert settings.drop == str(tmp_path / "incoming")
    assert settings.lake == "s3a://meridian/lake"
    assert settings.marts_folder == Path("/srv/meridian/marts")
    assert settings.checks_folder == tmp_path / "var/checks"


def test_relative_folders_do_not_depend_on_where_the_command_runs(
    written, tmp_path, monkeypatch
):
    written()
    monkeypatch.chdir(tmp_path)

    assert load(Path("meridian.toml")).drop == str(tmp_path / "incoming")


def test_readers_know_the_company_in_lower_case_and_without_at(written):
    company = written().company.as_known_to_readers()

    assert company.email_domains == {"meridian.example"}
    assert company.x_accounts == {"meridianhelps"}
    assert company.country == "GB"


def test_the_environment_wins_over_the_file(written, monkeypatch):
    monkeypatch.setenv("VERBATIM_RULES__JOURNEY_GAP_DAYS", "3")
    monkeypatch.setenv("VERBATIM_PATHS__LAKE", "elsewhere")

    settings = written()

    assert settings.rules.journey_gap_days == 3
    assert settings.paths.lake == "elsewhere"
    assert settings.paths.drop == "incoming"


def test_the_pseudonym_key_comes_from_the_environment(written, monkeypatch):
    monkeypatch.setenv("VERBATIM_PSEUDONYM_KEY", "k" * 32)

    assert written().secret == "k" * 32


def test_a_pseudonym_key_in_the_file_is_refused_without_being_repeated(written):
    [fault] = faults(written, f'pseudonym_key = "{"s3cret" * 6}"\n' + MERIDIAN)

    assert fault == (
        "  pseudonym_key: a secret does not belong in a file that is copied about; "
        "move it to VERBATIM_PSEUDONYM_KEY in the environment"
    )


def test_a_file_does_not_say_where_it_is(written):
    [fault] = faults(written, 'file = "other.toml"\n' + MERIDIAN)

    assert fault == "  file: where the settings are is given with --settings"


def test_an_environment_that_cannot_be_read_is_a_fault_among_others(
    written, monkeypatch
):
    monkeypatch.setenv("VERBATIM_SOURCES", "phones")

    [_, fault] = faults(written, 'file = "other.toml"\n' + MERIDIAN)

    assert 'environment: error parsing value for field "sources"' in fault


def test_without_a_pseudonym_key_nothing_is_hashed(written):
    with pytest.raises(SettingsError, match="VERBATIM_PSEUDONYM_KEY is not set"):
        written().secret  # noqa: B018 - reading it is the test


def test_a_short_pseudonym_key_is_refused_without_being_repeated(written, monkeypatch):
    monkeypatch.setenv("VERBATIM_PSEUDONYM_KEY", "short" * 6)

    with pytest.raises(SettingsError, match="fewer than 32 characters") as refused:
        written().secret  # noqa: B018 - reading it is the test

    assert "short" not in str(refused.value)


INVENTED = (
    MERIDIAN[: MERIDIAN.index("[paths]")] + MERIDIAN[MERIDIAN.index("[opening") :]
)
INVENTED = "demo = true\n" + INVENTED
"""The same company with the default folders, as one that is shown to others."""


@pytest.mark.parametrize(
    ("changed", "sign"),
    [
        ("paths.drop = '/srv/drop'", "paths.drop is /srv/drop, which is not below "),
        ("paths.lake = 's3a://x/lake'", "paths.lake is s3a://x/lake, which is not "),
        ("paths.lake = '../lake'", "paths.lake is /"),
        (
            'email_domains = ["bank.example", "meridian.co.uk"]',
            "company.email_domains has meridian.co.uk, which is no .example",
        ),
    ],
)
def test_a_company_that_copied_the_demo_s_settings_makes_no_key_of_its_own(
    written, tmp_path, changed, sign
):
    text = (
        f"{changed}\n{INVENTED}"
        if changed.startswith("paths")
        else INVENTED.replace('email_domains = ["@Meridian.example"]', changed)
    )

    with pytest.raises(SettingsError) as refused:
        written(text).secret  # noqa: B018 - reading it is the test

    assert f" says demo = true, but {sign}" in str(refused.value)
    assert "Take demo = true out and set VERBATIM_PSEUDONYM_KEY" in str(refused.value)
    assert not (tmp_path / "var/demo.key").exists()


def test_the_shipped_settings_make_a_key_wherever_the_environment_puts_their_folders(
    tmp_path, monkeypatch
):
    """As Airflow's demo does."""
    shipped = Path(__file__).parents[2] / "verbatim.toml"
    copy = tmp_path / "a" / "verbatim.toml"
    copy.parent.mkdir()
    copy.write_bytes(shipped.read_bytes())
    monkeypatch.delenv("VERBATIM_PSEUDONYM_KEY", raising=False)
    monkeypatch.setenv("VERBATIM_PATHS__DROP", str(tmp_path / "drop"))

    assert len(load(copy).secret) == 64


def test_the_demo_company_makes_a_key_once_and_keeps_it_to_its_owner(written, tmp_path):
    first, again = (written(INVENTED).secret for _ in range(2))

    assert first == again
    assert len(first) == 64
    assert (tmp_path / "var/demo.key").stat().st_mode & 0o777 == 0o600


def test_the_demo_company_takes_a_given_key(written, tmp_path, monkeypatch):
    monkeypatch.setenv("VERBATIM_PSEUDONYM_KEY", "k" * 32)

    assert written("demo = true\n" + MERIDIAN).secret == "k" * 32
    assert not (tmp_path / "var/demo.key").exists()


def test_all_faults_are_named_at_once(written):
    text = """
colour = "blue"
pseudonym_key = "k"
[company]
name = "X"
time_zone = "Europe/Pariss"
country = "France"
[opening_hours]
mon = "8-20"
tue = "20:00-08:00"
[rules]
small_number_floor = 0
gap = 3
[[expectations]]
channel = "fax"
seconds = 0
[[sources]]
name = "Phones"
kind = "genesys"
files = ["calls/*.json"]
"""
    found = [line.strip().partition(":")[0] for line in faults(written, text)]

    assert sorted(found) == [
        "colour",
        "company.country",
        "company.time_zone",
        "expectations.0.channel",
        "expectations.0.seconds",
        "opening_hours.mon",
        "opening_hours.tue",
        "pseudonym_key",
        "rules.gap",
        "rules.small_number_floor",
        "sources.Phones.files.0",
        "sources.Phones.kind",
        "sources.Phones.name",
    ]


def test_sources_of_one_name_are_told_beside_their_other_faults(written):
    twice = """
[[sources]]
name = "calls"
kind = "genesys"
files = ["{day}/calls/*.json"]

[[sources]]
name = "calls"
kind = "x"
files = ["{day}/x/*.json"]
speed = 3
"""
    found = faults(written, MERIDIAN + twice)

    assert "  sources: two sources are called calls" in found
    assert "  sources.calls.speed: no setting is called so" in found
    assert len(found) == 3


def test_the_first_line_names_the_file_and_counts_the_faults(written, tmp_path):
    with pytest.raises(SettingsError) as refused:
        written(replaced("journey_gap_days = 14", "journey_gap_days = 0\nx = 1"))

    first = str(refused.value).splitlines()[0]
    assert first == f"{tmp_path / 'meridian.toml'} has 2 faults:"


def test_an_unknown_kind_is_told_with_those_there_are(written):
    [fault] = faults(written, replaced('"amazon_connect"', '"genesys"'))

    assert "no reader for 'genesys'; there are amazon_connect, email, zendesk" in fault


def test_an_unknown_time_zone_is_told_with_an_example(written):
    [fault] = faults(written, replaced("Europe/London", "London time"))

    assert "no time zone is called 'London time'; one is 'Europe/Paris'" in fault


@pytest.mark.parametrize("country", ["UK", "XX", "fr", "France", ""])
def test_an_unknown_country_is_told_with_an_example(written, country):
    [fault] = faults(written, replaced('"GB"', f'"{country}"'))

    assert f"no country has the ISO 3166 code {country!r}; France is 'FR'" in fault


@pytest.mark.parametrize(
    ("span", "fault"),
    [
        ("8-20", "write it like '08:00-20:00'"),
        ("08:00", "write it like '08:00-20:00'"),
        ("", "write it like '08:00-20:00'"),
        ("24:00-24:00", "write it like '08:00-20:00'"),
        ("08:00-24:01", "write it like '08:00-20:00'"),
        ("08:00 to 20:00", "write it like '08:00-20:00'"),
        ("08:00+02:00-20:00", "write it like '08:00-20:00'"),
        ("20:00-08:00", "closes before it opens"),
        ("08:00-08:00", "closes before it opens"),
        ("20:00-00:00", "closes before it opens"),
    ],
)
def test_opening_hours_that_are_none_are_refused(written, span, fault):
    [told] = faults(written, replaced("08:30-17:00", span))

    assert told.startswith("  opening_hours.mon:")
    assert f"{span!r}: {fault}" in told


def test_a_span_over_midnight_is_refused_with_how_to_write_it(written):
    [told] = faults(written, replaced("08:30-17:00", "20:00-02:00"))

    assert told.endswith(
        "write one over midnight as two spans, '20:00-24:00' on the first day and "
        "'00:00-02:00' on the second"
    )


def test_spans_of_a_day_that_overlap_are_refused_with_all_other_faults(written):
    spans = '["13:00-15:00", "08:00-12:00", "11:30-14:00", "8-9"]'

    [told] = faults(written, replaced('"08:30-17:00"', spans))

    assert told.startswith("  opening_hours.mon:")
    assert "'8-9': write it like '08:00-20:00'" in told
    assert "'08:00-12:00' and '11:30-14:00' overlap" in told
    assert "'11:30-14:00' and '13:00-15:00' overlap" in told


def clock(hour, minute=0):
    return timedelta(hours=hour, minutes=minute)


def test_opening_hours_are_read_by_weekday(written):
    hours = written().opening_hours

    assert hours.of("mon") == [(clock(8, 30), clock(17))]
    assert hours.of("sat") == [(clock(9), clock(12))]
    assert hours.of("tue") == []
    assert hours.public_holidays is True


@pytest.mark.parametrize(
    ("stated", "spans"),
    [
        ('"08:00-24:00"', [(clock(8), clock(24))]),
        ('"00:00-24:00"', [(clock(0), clock(24))]),
        (
            '["14:00-18:00", "08:00-12:00"]',
            [(clock(8), clock(12)), (clock(14), clock(18))],
        ),
        (
            '["08:00-12:00", "12:00-14:00"]',
            [(clock(8), clock(12)), (clock(12), clock(14))],
        ),
        ("[]", []),
    ],
)
def test_a_day_may_end_at_midnight_and_have_breaks(written, stated, spans):
    hours = written(replaced('"08:30-17:00"', stated)).opening_hours

    assert hours.of("mon") == spans


@pytest.mark.parametrize(
    ("given", "count"), [("08:00-24:00", 1), ('["08:00-12:00", "14:00-18:00"]', 2)]
)
def test_the_environment_may_state_a_day_s_spans(written, monkeypatch, given, count):
    monkeypatch.setenv("VERBATIM_OPENING_HOURS__MON", given)

    assert len(written().opening_hours.of("mon")) == count


def test_a_template_without_day_is_refused(written):
    [fault] = faults(written, replaced("mail/{day}.mbox", "mail/all.mbox"))

    assert "'mail/all.mbox' has no {day}: files are read by arrival day" in fault


def test_a_source_without_files_is_refused(written):
    [fault] = faults(written, replaced('["mail/{day}.mbox"]', "[]"))

    assert fault.strip().startswith("sources.letters.files:")


def test_two_sources_of_one_name_are_refused(written):
    [fault] = faults(written, replaced('name = "letters"', 'name = "phones"'))

    assert "two sources are called phones" in fault


def test_a_company_without_sources_is_refused(written):
    [fault] = faults(written, 'sources = []\n[company]\nname = "X"')

    assert fault.startswith("  sources:")


def test_a_file_that_is_no_toml_is_told_with_its_line(written):
    with pytest.raises(SettingsError, match=r"is no TOML: .*line 2"):
        written('demo = true\n[company\nname = "X"\n')


def test_a_file_in_another_charset_is_told(tmp_path):
    file = tmp_path / "latin.toml"
    file.write_bytes('[company]\nname = "Société"'.encode("latin-1"))

    with pytest.raises(SettingsError, match="is no TOML"):
        load(file)


def test_a_missing_file_says_how_to_give_one(tmp_path):
    with pytest.raises(SettingsError, match=r"Give one with --settings, or VERBATIM_"):
        load(tmp_path / "none.toml")


def test_a_folder_is_no_settings_file(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_the_default_file_can_be_named_in_the_environment(monkeypatch):
    monkeypatch.delenv("VERBATIM_SETTINGS", raising=False)
    here = default_file()
    monkeypatch.setenv("VERBATIM_SETTINGS", "/etc/meridian.toml")

    assert (here, default_file()) == (
        Path("verbatim.toml"),
        Path("/etc/meridian.toml"),
    )


def test_where_the_settings_are_does_not_count_as_a_setting(written, monkeypatch):
    """VERBATIM_SETTINGS names the file; it is no section of it."""
    monkeypatch.setenv("VERBATIM_SETTINGS", "meridian.toml")

    assert written().company.name == "Meridian Mutual"


def test_a_source_is_found_by_name_and_another_told_with_those_there_are(written):
    settings = written()

    assert settings.source("letters").kind == "email"
    with pytest.raises(SettingsError, match=r"no source 'fax'; it has phones, letters"):
        settings.source("fax")


@pytest.mark.parametrize(
    ("intent", "whose"),
    [("", "call"), ('intent = "complaint"', "call with intent complaint")],
)
def test_two_clocks_for_one_contact_are_refused(written, intent, whose):
    again = f'[[expectations]]\nchannel = "call"\n{intent}\nseconds = 45\n[rules]'

    [fault] = faults(written, replaced("[rules]", again))

    assert fault.endswith(f": {whose} has two clocks")


def test_clocks_of_intents_that_are_none_are_refused_all_at_once(written):
    more = """[[expectations]]
channel = "email"
intent = "refnd"
seconds = 1
[[expectations]]
channel = "call"
seconds = 1
[rules]"""
    text = replaced("[rules]", more).replace('"complaint"', '"complaints"')

    [fault] = faults(written, text)

    assert "call has two clocks; no intent is called 'complaints'; there are " in fault
    assert "no intent is called 'refnd'; there are " in fault
    assert "complaint, " in fault


def own_taxonomy(folder, intent):
    text = nlp.taxonomy.SHIPPED.read_text("utf-8")
    folder.mkdir()
    (folder / "taxonomy.yaml").write_text(
        re.sub(r"\bcomplaint\b", intent, text), encoding="utf-8"
    )


@pytest.mark.parametrize(
    "named", ['taxonomy = "own/taxonomy.yaml"', 'own_labels = "own"']
)
def test_the_intents_of_clocks_are_those_of_the_company_s_own_taxonomy(
    written, tmp_path, named
):
    own_taxonomy(tmp_path / "own", "grievance")
    text = f"{named}\n{MERIDIAN}"

    [fault] = faults(written, text)

    assert "no intent is called 'complaint'; there are " in fault
    [_, grievance] = written(text.replace('"complaint"', '"grievance"')).expectations
    assert grievance.intent == "grievance"


def test_who_states_no_clocks_need_not_have_the_intents_of_the_usual_ones(
    written, tmp_path
):
    own_taxonomy(tmp_path / "own", "grievance")
    first, last = MERIDIAN.index("[[expectations]]"), MERIDIAN.index("[rules]")

    settings = written(
        f'taxonomy = "own/taxonomy.yaml"\n{MERIDIAN[:first]}{MERIDIAN[last:]}'
    )

    assert "complaint" in {clock.intent for clock in settings.expectations}


def test_a_taxonomy_that_cannot_be_read_is_not_the_clocks_fault(written):
    assert len(written(f'taxonomy = "gone.yaml"\n{MERIDIAN}').expectations) == 2


@pytest.mark.parametrize("text", [None, "intents: 3", "\tnot yaml"])
def test_a_taxonomy_that_cannot_be_read_is_told_before_spark_starts(
    written, tmp_path, text
):
    if text is not None:
        (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    settings = written(f'taxonomy = "own.yaml"\n{MERIDIAN}')

    with pytest.raises(SettingsError, match=r"taxonomy: .*own\.yaml"):
        start(settings)


def test_labels_of_one_s_own_need_their_model(written, tmp_path):
    own_taxonomy(tmp_path / "own", "complaint")
    settings = written(f'own_labels = "own"\n{MERIDIAN}')

    with pytest.raises(SettingsError, match="holds no labels"):
        start(settings)


def test_days_between_hold_both_ends():
    assert days_between(date(2026, 2, 27), date(2026, 3, 1)) == [
        date(2026, 2, 27),
        date(2026, 2, 28),
        date(2026, 3, 1),
    ]
    assert days_between(date(2026, 3, 2), date(2026, 3, 1)) == []


def test_the_shipped_settings_are_right_and_hold_no_secret():
    file = Path(__file__).parents[2] / "verbatim.toml"

    assert load(file).company.name == "Ondine Télécom"
    assert "pseudonym_key" not in tomllib.loads(file.read_text(encoding="utf-8"))
