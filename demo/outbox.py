"""What is delivered when: collects the records of some people, by arrival day."""

from collections import defaultdict
from typing import NamedTuple

from demo.clock import DAY
from demo.world import World


class Delivery(NamedTuple):
    """One native record on its way into a file."""

    source: str
    container: str
    """The kind of file it goes into; with a slash, the file itself."""
    key: tuple[int, str]
    """Order within the file."""
    payload: bytes
    what: str
    """interaction, transcript, survey, customer, `excluded`, `broken`."""
    reason: str
    """Of an exclusion or a break; for an interaction record redelivered or updated."""
    ids: tuple[str, ...]
    """Of the interactions (or survey rows) inside."""


class Outbox:
    """Deliveries of a block of people, until the run's last day.

    What would arrive later is not delivered: the run ends before it.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.by_day: defaultdict[int, list[Delivery]] = defaultdict(list)
        self.arrivals: defaultdict[str, list[int]] = defaultdict(list)
        """Arrival days, as indices, of interactions, survey rows and customers."""
        self.late_days = 0
        """Added to every arrival while it is set: the contact's files come late."""

    def send(
        self,
        source: str,
        container: str,
        at: int,
        payload: bytes,
        *,
        ids: tuple[str, ...] = (),
        what: str = "interaction",
        reason: str = "",
        key: str = "",
    ) -> bool:
        """Deliver on the day of `at`; False when that lies beyond the run."""
        day = (at - self._world.start_at) // DAY + self.late_days
        if day >= self._world.days:
            return False
        if self.late_days and "/" not in container:
            container = f"{container}-late"
        delivery = Delivery(
            source, container, (at, key or ids[0]), payload, what, reason, ids
        )
        self.by_day[day].append(delivery)
        if what in ("interaction", "survey", "customer"):
            for record_id in ids:
                days = self.arrivals[record_id]
                if day not in days:
                    days.append(day)
        return True
