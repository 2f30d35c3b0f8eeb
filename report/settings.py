"""What the report needs of the settings file: its own section, the company, the folders.

The report reads the same file as the jobs do, and nothing of theirs: it runs where only
the marts are. Sections that are not the report's are the jobs' to judge.
"""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as UnreadableValueError

from schemas import settings_file
from schemas.errors import SettingsError

Language = Literal["fr", "en"]

Signal = Literal[
    "reason_rises",
    "promise_missed",
    "callback_missed",
    "cause_rises",
    "explained_again",
    "contacts_repeat",
    "few_answers",
    "source_silent",
]

PLACEHOLDERS = {"reason", "channel", "cause", "count", "queue", "source", "delay"}


def _has_known_placeholders(text: str) -> str:
    try:
        text.format_map(dict.fromkeys(PLACEHOLDERS, ""))
    except (KeyError, ValueError, IndexError, AttributeError):
        raise ValueError(
            f"{text!r}: placeholders are {', '.join(sorted(PLACEHOLDERS))}, in braces"
        ) from None
    return text


Wording = Annotated[str, AfterValidator(_has_known_placeholders)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ActionRule(_Part):
    """When something is worth doing: what is seen, how much of it, whose it is."""

    name: str
    when: Signal
    at_least: int = Field(default=10, ge=1)
    """Fewest contacts it must touch: with fewer it is not a week's priority."""
    under: float | None = Field(default=None, ge=0, le=1)
    """For `promise_missed`: only where fewer than this share of promises were kept."""
    reason: str | None = None
    """Only for this intent, channel or cause; null: any."""
    channel: str | None = None
    cause: str | None = None
    owner: Wording = "{queue}"
    """Who does it; `{queue}` is the queue that handled most of the contacts."""
    fr: Wording
    en: Wording


DEFAULT_ACTIONS = [
    ActionRule(
        name="answer_the_rising_reason",
        when="reason_rises",
        at_least=20,
        fr="Traiter à la source « {reason} » : prévenir les clients concernés avant "
        "qu’ils n’appellent, donner une réponse commune à tous les canaux.",
        en="Deal with “{reason}” at its source: tell the customers concerned before they "
        "call, and give every channel the same answer.",
    ),
    ActionRule(
        name="staff_the_missed_promise",
        when="promise_missed",
        at_least=20,
        under=0.8,
        fr="Renforcer {channel} jusqu’à tenir de nouveau le délai de {delay}, "
        "en commençant par les heures où l’attente déborde.",
        en="Staff {channel} until the {delay} promise is kept again, beginning with the "
        "hours in which waits overrun.",
    ),
    ActionRule(
        name="remove_the_cause",
        when="cause_rises",
        fr="Remonter la cause « {cause} » jusqu’à son origine, à partir "
        "des contacts listés en section 6.",
        en="Trace “{cause}” to where it comes from, starting with the contacts in "
        "section 6.",
    ),
    ActionRule(
        name="hand_over_with_the_story",
        when="explained_again",
        fr="Transmettre le dossier avec le client au changement de canal : il ne doit "
        "pas tout réexpliquer.",
        en="Hand over the story with the customer when the channel changes: nobody "
        "should explain it all again.",
    ),
    ActionRule(
        name="resolve_the_first_time",
        when="contacts_repeat",
        at_least=30,
        fr="Relire vingt contacts répétés et noter ce qui manquait au premier.",
        en="Read twenty repeated contacts and note what the first one lacked.",
    ),
    ActionRule(
        name="keep_callbacks",
        when="callback_missed",
        at_least=3,
        fr="Rappeler les clients à qui un rappel était promis, et réserver "
        "des créneaux pour les suivants.",
        en="Call back the customers who were promised it, and keep slots for the next.",
    ),
    ActionRule(
        name="restore_the_source",
        when="source_silent",
        at_least=1,
        owner="données",
        fr="Rétablir la livraison de {source} : ses contacts manquent à ce rapport.",
        en="Restore the delivery of {source}: its contacts are missing from this report.",
    ),
    ActionRule(
        name="ask_better",
        when="few_answers",
        at_least=30,
        owner="enquêtes",
        fr="Revoir l’enquête {channel} : moment d’envoi, longueur, texte d’invitation.",
        en="Review the {channel} survey: when it is sent, its length, its invitation.",
    ),
]


class Band(_Part):
    """The share of answers seen in practice for a survey channel."""

    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)


class ReportSection(_Part):
    """`[report]` of the settings file."""

    folder: str = "var/reports"
    """Where reports are written, and what they printed is kept."""
    baseline_weeks: int = Field(default=8, ge=2, le=26)
    """Weeks that make the usual: two months, long enough for a spread, short enough
    that the company is still the same."""
    false_alarm_rate: float = Field(default=0.05, gt=0, lt=0.5)
    """Quiet weeks that may print a headline of change; docs/reliability.md measures it."""
    callback_promise_hours: int = Field(default=24, ge=1)
    """Within how many hours a callback is promised."""
    response_bands: dict[str, Band] = {
        "sms": Band(low=0.4, high=0.6),
        "ivr": Band(low=0.2, high=0.3),
    }
    """Shares of delivered surveys that are answered elsewhere: SMS 40-60 %, IVR 20-30 %."""
    largest_cells: int = Field(default=3, ge=1, le=10)
    """Changes that are told one by one, with quotations."""
    actions: list[ActionRule] = DEFAULT_ACTIONS


class CompanySection(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    name: str
    time_zone: str = "Europe/Paris"


class PathsSection(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    marts: str = "var/marts"


class ReportSettings(BaseSettings):
    """The report's view of a company's settings."""

    model_config = SettingsConfigDict(
        env_prefix="VERBATIM_", env_nested_delimiter="__", extra="ignore", frozen=True
    )

    company: CompanySection
    paths: PathsSection = PathsSection()
    report: ReportSection = ReportSection()
    file: Path = Path("verbatim.toml")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, as for the jobs."""
        return env_settings, init_settings

    @property
    def marts_file(self) -> Path:
        return (self.file.parent / self.paths.marts / "marts.duckdb").absolute()

    @property
    def folder(self) -> Path:
        return (self.file.parent / self.report.folder).resolve()


def load(file: Path | None = None) -> ReportSettings:
    """Read a settings file; without one VERBATIM_SETTINGS, or `verbatim.toml` here.

    Raises:
        SettingsError: it cannot be read, or with every fault of the report's section.
    """
    file = file or Path(os.environ.get("VERBATIM_SETTINGS", "verbatim.toml"))
    stated = settings_file.read(file)
    try:
        return ReportSettings(**stated | {"file": file.resolve()})
    except ValidationError as error:
        faults = settings_file.faults(error, stated)
    except UnreadableValueError as error:
        faults = [f"  environment: {error}"]
    raise SettingsError(f"{file}: the report cannot use it:\n" + "\n".join(faults))
