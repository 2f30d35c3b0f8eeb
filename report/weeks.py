"""ISO weeks: from Monday to Sunday, UTC, as the marts count them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from schemas.errors import InputError


@dataclass(frozen=True, order=True)
class Week:
    """A week by its Monday."""

    start: date

    @classmethod
    def parse(cls, written: str) -> "Week":
        """`2026-W10`.

        Raises:
            InputError: it is written otherwise, or that year has no such week.
        """
        found = re.fullmatch(r"(\d{4})-W(\d{2})", written)
        try:
            if found is None:
                raise ValueError("write it like 2026-W10")
            return cls(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        except ValueError as error:
            raise InputError(f"{written!r} is no ISO week: {error}.") from None

    @classmethod
    def of(cls, day: date) -> "Week":
        """The week a day lies in."""
        return cls(day - timedelta(days=day.weekday()))

    @property
    def last_day(self) -> date:
        """Sunday."""
        return self.start + timedelta(days=6)

    @property
    def end(self) -> date:
        """The Monday after: the first day that is no longer in it."""
        return self.start + timedelta(days=7)

    @property
    def number(self) -> int:
        """1 to 53."""
        return self.start.isocalendar().week

    def before(self, count: int = 1) -> "Week":
        """The week so many weeks earlier."""
        return Week(self.start - timedelta(weeks=count))

    def __str__(self) -> str:
        year, week, _ = self.start.isocalendar()
        return f"{year}-W{week:02}"
