"""What every step is given: the lake, the settings, the ledger, the days, and when now is."""

from dataclasses import dataclass
from datetime import date, datetime

from pyspark.sql import SparkSession

from jobs.lake import Lake
from jobs.ledger import Ledger
from jobs.settings import Settings


@dataclass(frozen=True)
class Context:
    """One run over one or more arrival days."""

    lake: Lake
    settings: Settings
    ledger: Ledger
    days: tuple[date, ...]
    """Arrival days, ascending; the ledger dates steps that read tables by the last."""
    now: datetime
    """Becomes `processed_at`; the same for all steps of a run."""

    @property
    def spark(self) -> SparkSession:
        return self.lake.spark

    @property
    def last_day(self) -> date:
        return self.days[-1]
