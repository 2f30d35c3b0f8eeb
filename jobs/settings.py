"""The settings: of the company's file and, above it, of the environment.

Everything a company may want to set is here, with its default and the reason for it.
All faults of a file are reported at once.
"""

import os
import secrets
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as UnreadableValueError

from jobs.sources.records import Company
from jobs.weekly_hours import OpeningHours
from nlp.own import OWN_MODEL, OWN_TAXONOMY, Own
from schemas import settings_file
from schemas.errors import SettingsError


class _Part(BaseModel):
    """A section: a name it does not know is a fault, not a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _known_time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"no time zone is called {name!r}; one is 'Europe/Paris'")
    return name


def _known_country(code: str) -> str:
    # By the numbering plans: an unknown one would leave every phone unrecognised.
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"no country has the ISO 3166 code {code!r}; France is 'FR'")
    return code


def _known_kind(kind: str) -> str:
    from jobs.sources import READERS

    if kind not in READERS:
        raise ValueError(f"no reader for {kind!r}; there are {', '.join(READERS)}")
    return kind


def _by_day(template: str) -> str:
    if "{day}" not in template:
        raise ValueError(f"{template!r} has no {{day}}: files are read by arrival day")
    # As in a shell, two stars at the end are every file below.
    return f"{template}/*" if template.endswith("/**") else template


class CompanySection(_Part):
    name: str
    time_zone: Annotated[str, AfterValidator(_known_time_zone)] = "Europe/Paris"
    country: Annotated[str, AfterValidator(_known_country)] = "FR"
    """Where phone numbers without prefix are dialled, and whose public holidays count."""
    email_domains: list[str] = []
    x_accounts: list[str] = []
    mastodon_accounts: list[str] = []

    def as_known_to_readers(self) -> Company:
        return Company(
            # People write `@domain` and `.domain`, too.
            email_domains=frozenset(
                d.strip().lower().strip("@.") for d in self.email_domains
            ),
            x_accounts=frozenset(a.lower().lstrip("@") for a in self.x_accounts),
            mastodon_accounts=frozenset(
                a.lower().lstrip("@") for a in self.mastodon_accounts
            ),
            country=self.country,
        )


class PathsSection(_Part):
    """Folders; a relative one is below the settings file's own folder."""

    drop: str = "var/drop"
    """Where sources leave their files: a folder or any URI that Arrow can open."""
    lake: str = "var/lake"
    """Where the Delta tables are: a folder or any URI that Hadoop can write."""
    marts: str = "var/marts"
    """A local folder: DuckDB files, the last ones kept for rollback."""
    checks: str = "var/checks"
    """A local folder: data docs of the checks."""


class ExpectationClock(_Part):
    """How long customers are ready to wait, by channel and perhaps intent."""

    channel: Literal["call", "video", "chat", "email", "web_form", "social", "review"]
    intent: str | None = None
    """Only contacts counted under this intent of the taxonomy; null: all others of the
    channel."""
    seconds: float = Field(gt=0)


class RulesSection(_Part):
    journey_gap_days: float = Field(default=7, gt=0)
    """The longest silence inside a journey. A week: longer merges unrelated matters,
    shorter hides repeats; the same week in which first-contact resolution is judged."""
    resolution_window_days: float = Field(default=7, gt=0)
    """Industry practice for first-contact resolution (docs/metrics.md)."""
    small_number_floor: int = Field(default=30, ge=1)
    """No rate from fewer: at 30, the 95 % interval of a share of one half is ±18 points."""
    shared_handle_limit: int = Field(default=5, ge=1)
    """A handle seen together with more others than this is shared (a switchboard, a
    family's tablet) and proves nothing about who is who."""
    late_after_days: int = Field(default=1, ge=0)
    """A record that arrives more days than this after it occurred counts as late."""
    quarantine_limit: float = Field(default=0.2, ge=0, le=1)
    """A source of whose records a larger share is refused on a day stops the run: the
    format has changed, and publishing the rest would look like a quiet day."""


class MartsSection(_Part):
    keep: int = Field(default=7, ge=1)
    """Published versions kept for rollback: a week of daily runs."""


class SparkSection(_Part):
    master: str | None = None
    """Null: whatever submits the job says; alone, all local cores."""
    shuffle_partitions: int | None = Field(default=None, ge=1)
    """Null: twice the cores. A laptop's month needs no more, and each costs a file."""
    driver_memory: str = "4g"
    jars: str = "var/jars"
    options: dict[str, str] = {}


class StreamSection(_Part):
    kafka: str = "localhost:9092"
    """Brokers of the sources' topics: `host:port`, several with commas between."""
    kafka_options: dict[str, str] = {}
    """Further options of Spark's Kafka source, such as `kafka.security.protocol`; secrets
    by environment: `VERBATIM_STREAM__KAFKA_OPTIONS`, as JSON."""
    trigger_seconds: float = Field(default=10, ge=0)
    """How long arrivals are gathered for one commit: each costs some seconds, however
    few records it brings."""
    files_per_trigger: int = Field(default=5_000, ge=1)
    messages_per_trigger: int = Field(default=50_000, ge=1)
    """The most that one commit takes, so that a backlog is worked off in pieces."""


class Source(_Part):
    name: str = Field(pattern="^[a-z][a-z0-9_]*$")
    kind: Annotated[str, AfterValidator(_known_kind)]
    files: list[Annotated[str, AfterValidator(_by_day)]] = Field(min_length=1)
    """Path templates below the drop folder; `{day}` is the arrival day, `*` and `**`
    as in a shell. Names that begin with `.` or `_` are not read (`jobs.arrivals`)."""
    topic: str | None = None
    """Kafka topic that carries the same documents, one a message; null: it has none."""


def _path(file: Path, value: str) -> str:
    if "://" in value:
        return value
    return str((file.parent / value).resolve())


def _taxonomy_file(
    file: Path, taxonomy: str | None, own_labels: str | None
) -> Path | None:
    if taxonomy is None and own_labels is not None:
        return Path(_path(file, own_labels)) / OWN_TAXONOMY
    return Path(_path(file, taxonomy)) if taxonomy else None


def _intents(settings: dict[str, Any]) -> tuple[str, ...]:
    """The taxonomy's intents; none where it cannot be read, which is told by whoever
    reads it for its own sake."""
    import nlp

    try:
        file = _taxonomy_file(
            *(settings[name] for name in ("file", "taxonomy", "own_labels"))
        )
        return nlp.load_taxonomy(file).names("intent")
    except (KeyError, OSError, ValueError):
        return ()


def _names_twice(names: list[str]) -> str:
    twice = sorted({name for name in names if names.count(name) > 1})
    return f"two sources are called {', '.join(twice)}" if twice else ""


def _across(stated: dict[str, Any]) -> list[str]:
    """What is wrong between sources of which one is faulty by itself: Pydantic does not
    come to that, and a fault told in a second round is a second night."""
    sources = stated.get("sources")
    names = [
        source["name"]
        for source in (sources if isinstance(sources, list) else [])
        if isinstance(source, dict) and isinstance(source.get("name"), str)
    ]
    fault = _names_twice(names)
    return [f"  sources: {fault}"] if fault else []


class Settings(BaseSettings):
    """One company's settings. `VERBATIM_<SECTION>__<NAME>` in the environment wins."""

    model_config = SettingsConfigDict(
        env_prefix="VERBATIM_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
    )

    company: CompanySection
    paths: PathsSection = PathsSection()
    opening_hours: OpeningHours = OpeningHours(
        mon="09:00-18:00",
        tue="09:00-18:00",
        wed="09:00-18:00",
        thu="09:00-18:00",
        fri="09:00-18:00",
    )
    rules: RulesSection = RulesSection()
    marts: MartsSection = MartsSection()
    spark: SparkSection = SparkSection()
    stream: StreamSection = StreamSection()
    taxonomy: str | None = None
    """A taxonomy file of one's own; null: the one shipped with nlp."""
    own_labels: str | None = None
    """A folder that `verbatim train` wrote: its labels are the intents, and its taxonomy
    holds where none is named."""
    sources: list[Source] = Field(min_length=1)
    pseudonym_key: str | None = None
    """Secret: by environment only (VERBATIM_PSEUDONYM_KEY), 32 characters or more."""
    report: dict[str, Any] = {}
    """The weekly report's own section: `report/settings.py` says what may stand there."""
    demo: bool = False
    """The demo company: makes its own pseudonym key where none is given."""
    file: Path = Path("verbatim.toml")
    """Where these settings were read."""
    # After all that says which intents there are, to be held against them.
    expectations: list[ExpectationClock] = Field(
        default=[
            ExpectationClock(channel="call", seconds=180),
            ExpectationClock(channel="video", seconds=180),
            ExpectationClock(channel="chat", seconds=180),
            ExpectationClock(channel="social", seconds=86_400),
            ExpectationClock(channel="social", intent="complaint", seconds=7_200),
            ExpectationClock(channel="email", seconds=86_400),
            ExpectationClock(channel="web_form", seconds=86_400),
        ],
        # Whose own taxonomy has no complaints need not say so.
        validate_default=False,
    )

    @field_validator("sources")
    @classmethod
    def _names_are_once(cls, sources: list[Source]) -> list[Source]:
        if fault := _names_twice([source.name for source in sources]):
            raise ValueError(fault)
        return sources

    @field_validator("expectations")
    @classmethod
    def _clocks_are_once_and_of_intents(
        cls, clocks: list[ExpectationClock], info: ValidationInfo
    ) -> list[ExpectationClock]:
        """Two clocks for one contact would make it two, and one for none never runs."""
        of = [(c.channel, c.intent) for c in clocks]
        faults = [
            f"{channel}{f' with intent {intent}' if intent else ''} has two clocks"
            for channel, intent in sorted(set(of), key=of.index)
            if of.count((channel, intent)) > 1
        ]
        if named := sorted({c.intent for c in clocks if c.intent}):
            there_are = _intents(info.data)
            faults += [
                f"no intent is called {intent!r}; there are {', '.join(there_are)}"
                for intent in named
                if there_are and intent not in there_are
            ]
        if faults:
            raise ValueError("; ".join(faults))
        return clocks

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file; there are no other places to look."""
        return env_settings, init_settings

    def source(self, name: str) -> Source:
        """The source of that name.

        Raises:
            SettingsError: there is none.
        """
        for source in self.sources:
            if source.name == name:
                return source
        raise SettingsError(
            f"{self.file} has no source {name!r}; "
            f"it has {', '.join(s.name for s in self.sources)}."
        )

    def path(self, value: str) -> str:
        """A path of these settings: URIs as they are, folders made absolute."""
        return _path(self.file, value)

    @property
    def drop(self) -> str:
        return self.path(self.paths.drop)

    @property
    def lake(self) -> str:
        return self.path(self.paths.lake)

    @property
    def marts_folder(self) -> Path:
        return Path(self.path(self.paths.marts))

    @property
    def checks_folder(self) -> Path:
        return Path(self.path(self.paths.checks))

    @property
    def reports_folder(self) -> Path:
        """Where weekly reports keep what they printed; as report/settings.py has it."""
        return Path(self.path(self.report.get("folder", "var/reports")))

    @property
    def taxonomy_file(self) -> Path | None:
        """A company's own taxonomy; null for the one shipped with nlp."""
        return _taxonomy_file(self.file, self.taxonomy, self.own_labels)

    @property
    def own(self) -> Own:
        """What of the tagger is the company's own."""
        labels = Path(self.path(self.own_labels)) if self.own_labels else None
        return Own(self.taxonomy_file, labels)

    def require_own(self) -> None:
        """See that what of the tagger is the company's own can be read.

        Raises:
            SettingsError: with every fault of the taxonomy.
        """
        import nlp

        taxonomy, labels = self.own
        if labels is not None and not (labels / OWN_MODEL).is_file():
            raise SettingsError(
                f"{self.file}: own_labels: {labels} holds no {OWN_MODEL}.\n"
                f"Make it with: verbatim train --data FILE --output {labels}"
            )
        if taxonomy is None:
            return
        try:
            nlp.load_taxonomy(taxonomy)
        except (OSError, ValueError) as error:
            raise SettingsError(f"{self.file}: taxonomy: {error}") from None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.company.time_zone)

    @cached_property
    def secret(self) -> str:
        """The pseudonym key.

        Raises:
            SettingsError: none is given and this is not the demo company, or seems not
                to be; or it is too short to keep anything secret.
        """
        if self.pseudonym_key is not None:
            if len(self.pseudonym_key) < 32:
                raise SettingsError(
                    "VERBATIM_PSEUDONYM_KEY has fewer than 32 characters: handles could "
                    "be guessed from their hashes.\nMake one with: "
                    "python3 -c 'import secrets; print(secrets.token_hex(32))'"
                )
            return self.pseudonym_key
        if not self.demo:
            raise SettingsError(
                "VERBATIM_PSEUDONYM_KEY is not set, so handles cannot be hashed.\n"
                "Make a key once, keep it safe (with another key nobody is recognised): "
                "python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )
        path = self.demo_key
        if not path.exists():
            self._require_invented()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(secrets.token_hex(32))
            path.chmod(0o600)
        return path.read_text().strip()

    @property
    def demo_key(self) -> Path:
        """Where the demo company keeps the key that it makes itself."""
        return Path(self.path("var/demo.key"))

    def _require_invented(self) -> None:
        """See that these are not a company's settings, copied from the demo's.

        Raises:
            SettingsError: the file names a drop folder or lake that is not below its own
                folder, or a domain that exists.
        """
        here = self.file.resolve().parent
        signs = [
            f"paths.{name} is {where}, which is not below {here}"
            for name, where in (("drop", self.drop), ("lake", self.lake))
            # Airflow's demo has folders of its own, by environment.
            if f"VERBATIM_PATHS__{name.upper()}" not in os.environ
            and ("://" in where or not Path(where).is_relative_to(here))
        ]
        signs += [
            f"company.email_domains has {domain}, which is no .example"
            for domain in self.company.email_domains
            if not domain.lower().endswith(".example")
        ]
        if signs:
            raise SettingsError(
                f"{self.file} says demo = true, but {signs[0]}: a company's handles are "
                "not hashed with a key that the demo makes for itself.\nTake demo = true "
                "out and set VERBATIM_PSEUDONYM_KEY, which is kept safe. Make one with: "
                "python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )


NOT_IN_FILE = {
    "pseudonym_key": "a secret does not belong in a file that is copied about; move it "
    "to VERBATIM_PSEUDONYM_KEY in the environment",
    "file": "where the settings are is given with --settings",
}
"""Settings that a file may not make, and why."""


def load(file: Path) -> Settings:
    """Read a settings file; the environment wins over it.

    Raises:
        SettingsError: with every fault of the file, one a line.
    """
    stated = settings_file.read(file)
    faults = [
        f"  {name}: {fault}" for name, fault in NOT_IN_FILE.items() if name in stated
    ]
    stated = {k: value for k, value in stated.items() if k not in NOT_IN_FILE}
    try:
        settings = Settings(**stated, file=file.resolve())
    except ValidationError as error:
        faults += settings_file.faults(error, stated)
        faults += [fault for fault in _across(stated) if fault not in faults]
    except UnreadableValueError as error:
        faults.append(f"  environment: {error}")
    if faults:
        count = len(faults)
        raise SettingsError(
            f"{file} has {count} fault{'s' if count > 1 else ''}:\n" + "\n".join(faults)
        )
    return settings


def default_file() -> Path:
    """VERBATIM_SETTINGS, or `verbatim.toml` here."""
    return Path(os.environ.get("VERBATIM_SETTINGS", "verbatim.toml"))


def days_between(first: date, last: date) -> list[date]:
    """Every day from first to last, both included."""
    return [
        date.fromordinal(ordinal)
        for ordinal in range(first.toordinal(), last.toordinal() + 1)
    ]
