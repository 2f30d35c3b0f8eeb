"""Which files belong to which source and arrival day."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from jobs.arrivals import Arrival, arrivals, claimed, require_begun, unclaimed
from jobs.settings import CompanySection, PathsSection, Settings, Source
from schemas.errors import InputError

DAY = date(2026, 3, 2)


@pytest.fixture
def arrived(tmp_path):
    """Lays files into a drop folder; gives what is found of some templates."""
    drop = tmp_path / "drop"

    def of(files, *templates, days=(DAY,), **other_sources):
        for file in files:
            path = drop / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"12345")
        sources = [Source(name="phones", kind="amazon_connect", files=list(templates))]
        sources += [
            Source(name=name, kind="email", files=list(given))
            for name, given in other_sources.items()
        ]
        settings = Settings(
            company=CompanySection(name="X"),
            paths=PathsSection(drop=str(drop)),
            sources=sources,
        )
        return arrivals(settings, days, sources)

    return of


def names(found):
    return [arrival.file for arrival in found]


def test_a_file_is_found_with_its_source_day_and_size(arrived):
    assert arrived(["2026-03-02/calls.json"], "{day}/*.json") == [
        Arrival("phones", "amazon_connect", DAY, "2026-03-02/calls.json", 5)
    ]


def test_a_star_stays_within_one_name(arrived):
    files = ["2026-03-02/a.json", "2026-03-02/deep/b.json", "2026-03-02/c.txt"]

    assert names(arrived(files, "{day}/*.json")) == ["2026-03-02/a.json"]


def test_two_stars_are_any_folders_and_none(arrived):
    files = ["2026-03-02/a.json", "2026-03-02/b/a.json", "2026-03-02/b/c/a.json"]

    assert names(arrived(files, "{day}/**/*.json")) == files


def test_two_stars_at_the_end_are_every_file_below(arrived):
    files = ["2026-03-02/a.json", "2026-03-02/b/c/a.txt"]

    assert names(arrived(files, "{day}/**")) == files


def test_a_question_mark_is_one_character(arrived):
    files = ["2026-03-02/a1.json", "2026-03-02/a12.json", "2026-03-02/a/.json"]

    assert names(arrived(files, "{day}/a?.json")) == ["2026-03-02/a1.json"]


def test_a_compressed_file_is_matched_by_a_star_at_the_end(arrived):
    files = ["2026-03-02/a.json", "2026-03-02/a.json.gz", "2026-03-02/a.xjson"]

    assert names(arrived(files, "{day}/*.json*")) == files[:2]


def test_other_characters_of_a_template_stand_for_themselves(arrived):
    files = ["2026-03-02/a+(1).json", "2026-03-02/aa1xjson"]

    assert names(arrived(files, "{day}/a+(1).json")) == files[:1]


def test_a_maildir_is_its_new_and_current_messages(arrived):
    files = [
        "2026-03-02/Maildir/cur/1772442000.M1.host:2,S",
        "2026-03-02/Maildir/new/1772442001.M2.host",
        "2026-03-02/Maildir/other",
    ]

    assert names(arrived(files, "{day}/Maildir/*/*")) == files[:2]


HIDDEN = (
    "2026-03-02/.calls.json.a1B2c3",
    "2026-03-02/_calls.json",
    "2026-03-02/calls.json._COPYING_",
    "2026-03-02/_late/calls.json",
    "2026-03-02/.late/calls.json",
    "2026-03-02/.late/x/calls.json",
)


@pytest.mark.parametrize("file", HIDDEN)
def test_what_may_be_half_written_is_no_arrival_and_is_named_as_unclaimed(
    arrived, tmp_path, file
):
    """rsync, Hadoop and others write beside, and rename when it is whole."""
    whole = "2026-03-02/x/calls.json"

    assert names(arrived([file, whole], "{day}/**/*.json*")) == [whole]
    settings = of_templates("{day}/**/*.json*")
    assert claimed(settings, file, 5) == []
    assert names(claimed(settings, whole, 5)) == [whole]
    settings = settings.model_copy(
        update={"paths": PathsSection(drop=str(tmp_path / "drop"))}
    )
    assert unclaimed(settings, [DAY]) == [file]


def test_a_folder_of_a_maildir_is_read_though_its_name_begins_with_a_dot(arrived):
    files = [
        "2026-03-02/Maildir/.Sent/cur/1772442000.M1.host:2,S",
        "2026-03-02/Maildir/.Sent/new/1772442001.M2.host",
        "2026-03-02/Maildir/cur/1772442002.M3.host:2,",
    ]
    beside = [
        "2026-03-02/Maildir/.Sent/tmp/1772442003.M4.host",
        "2026-03-02/Maildir/.Sent/maildirfolder",
        "2026-03-02/Maildir/cur/.1772442004.M5.host",
    ]

    assert names(arrived(files + beside, "{day}/Maildir/**")) == files


def test_the_day_may_stand_in_the_name_of_the_file(arrived):
    files = ["calls/2026-03-02.json", "calls/2026-03-03.json"]

    assert names(arrived(files, "calls/{day}.json")) == files[:1]


def test_the_day_may_stand_twice(arrived):
    files = ["2026-03-02/x-2026-03-02.json", "2026-03-02/x-2026-03-01.json"]

    assert names(arrived(files, "{day}/x-{day}.json")) == files[:1]


def test_only_the_days_asked_for_are_found_each_file_with_its_own(arrived):
    files = [f"2026-03-0{n}/a.json" for n in (1, 2, 3)]

    found = arrived(files, "{day}/*.json", days=(date(2026, 3, 1), DAY))

    assert [(a.day, a.file) for a in found] == [
        (date(2026, 3, 1), "2026-03-01/a.json"),
        (DAY, "2026-03-02/a.json"),
    ]


def test_a_file_that_two_templates_match_is_listed_once(arrived):
    found = arrived(["2026-03-02/a.json"], "{day}/*.json", "{day}/**/*")

    assert names(found) == ["2026-03-02/a.json"]


def test_a_file_that_two_sources_match_is_each_one_s(arrived):
    found = arrived(["2026-03-02/a"], "{day}/*", letters=["{day}/*"])

    assert [(a.source, a.kind) for a in found] == [
        ("letters", "email"),
        ("phones", "amazon_connect"),
    ]


def test_the_order_is_the_same_however_the_folder_lists_them(arrived):
    files = ["2026-03-02/b.json", "2026-03-02/a.json", "2026-03-02/c.json"]

    assert names(arrived(files, "{day}/*.json")) == sorted(files)


def test_a_day_without_files_is_no_fault(arrived):
    files = ["2026-03-01/a.json"]

    assert arrived(files, "{day}/*.json") == []


def test_a_folder_with_the_name_of_a_file_is_not_read(arrived):
    files = ["2026-03-02/a.json/inner.txt"]

    assert arrived(files, "{day}/*.json") == []


@pytest.mark.parametrize(
    ("is_demo", "remedy"),
    [
        (False, "."),
        (True, ", or make the demo company's with: verbatim demo"),
    ],
)
def test_a_missing_drop_folder_says_what_to_do(tmp_path, is_demo, remedy):
    """A company of one's own is never told to run what clears folders."""
    source = Source(name="phones", kind="amazon_connect", files=["{day}/*"])
    settings = Settings(
        company=CompanySection(name="X"),
        paths=PathsSection(drop=str(tmp_path / "gone")),
        sources=[source],
        demo=is_demo,
    )

    with pytest.raises(InputError) as refused:
        arrivals(settings, [DAY], [source])

    assert refused.value.exit_code == 12
    assert str(refused.value).splitlines() == [
        f"The drop folder {tmp_path / 'gone'} is not there.",
        f"Set paths.drop in the settings to where the sources leave their files{remedy}",
    ]


def test_a_drop_folder_may_be_a_uri(tmp_path):
    (tmp_path / "2026-03-02").mkdir()
    (tmp_path / "2026-03-02/a.json").write_bytes(b"1")
    source = Source(name="phones", kind="amazon_connect", files=["{day}/*"])
    settings = Settings(
        company=CompanySection(name="X"),
        paths=PathsSection(drop=f"file://{tmp_path}"),
        sources=[source],
    )

    assert names(arrivals(settings, [DAY], [source])) == ["2026-03-02/a.json"]


def of_templates(*templates):
    """Settings of one source with these templates."""
    source = Source(name="phones", kind="amazon_connect", files=list(templates))
    return Settings(company=CompanySection(name="X"), sources=[source])


@pytest.mark.parametrize(
    ("template", "file"),
    [
        ("{day}/phones/**/*.json*", "2026-03-02/phones/a/b.jsonl"),
        ("{day}/**", "2026-03-02/phones/a/b.jsonl"),
        ("in/{day}.csv", "in/2026-03-02.csv"),
        ("{day}/calls-{day}.json", "2026-03-02/calls-2026-03-02.json"),
    ],
)
def test_a_file_tells_the_day_it_arrived(template, file):
    assert claimed(of_templates(template), file, 5) == [
        Arrival("phones", "amazon_connect", DAY, file, 5)
    ]


@pytest.mark.parametrize(
    "file",
    [
        "2026-03-02/mails/a.json",
        "2026-02-31/calls-2026-02-31.json",
        "2026-03-02/calls-2026-03-03.json",
        "truth/people.json",
    ],
)
def test_a_file_that_no_template_takes_is_no_arrival(file):
    assert claimed(of_templates("{day}/calls-{day}.json"), file, 5) == []


def test_a_file_that_two_templates_take_arrived_once():
    settings = of_templates("{day}/*.json", "{day}/**/*.json")

    assert len(claimed(settings, "2026-03-02/a.json", 5)) == 1


def test_files_of_the_day_that_no_source_takes_are_named(tmp_path):
    """The folder that carries the day need not be the first."""
    for file in (
        "in/2026-03-02/calls/a.json",
        "in/2026-03-02/calls/a.txt",
        "in/2026-03-02/mails/deep/b.eml",
        "in/2026-03-03/c.txt",
        "truth/people.json",
    ):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    settings = of_templates("in/{day}/calls/*.json")
    settings = settings.model_copy(update={"paths": PathsSection(drop=str(tmp_path))})

    assert unclaimed(settings, [DAY]) == [
        "in/2026-03-02/calls/a.txt",
        "in/2026-03-02/mails/deep/b.eml",
    ]


LATE = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)


def test_today_and_days_gone_by_may_be_read():
    require_begun([], LATE)
    require_begun([date(2026, 1, 1), DAY], LATE)


def test_a_day_to_come_is_refused_with_what_day_it_is():
    with pytest.raises(InputError) as refused:
        require_begun([DAY, date(2062, 3, 2)], LATE)

    assert str(refused.value).splitlines() == [
        "2062-03-02: that is still to come, for today is 2026-03-02 (UTC). "
        "Nothing can have arrived.",
        "Say days up to today; if that is not the date, set this machine's clock.",
    ]


def test_of_a_range_all_days_to_come_are_told():
    days = [DAY + timedelta(days=n) for n in range(4)]

    with pytest.raises(InputError, match=r"^2026-03-03 to 2026-03-05: that is still"):
        require_begun(days, LATE)


def test_today_is_the_utc_day_whatever_the_clock_on_the_wall_says():
    in_tokyo = datetime(2026, 3, 3, 8, tzinfo=timezone(timedelta(hours=9)))

    with pytest.raises(InputError, match="today is 2026-03-02"):
        require_begun([date(2026, 3, 3)], in_tokyo)
