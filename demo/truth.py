"""What really happened: rows written beside the drop folder, as JSON lines.

- `persons`: who is who. Every handle that the files show, whether the CRM knows it, and
  its `group`: handles with one number hang together by the CRM or by standing in one
  interaction; handles of different groups cannot be known to be one person's.
- `interactions`: what readers should make of the files, and what is meant by the words.
  Labels are there when the words are (a call's transcript was delivered); a follow-up
  that only says thanks has `states_intent` false. `is_ambiguous` is the journey's.
- `journeys`: attempts to get one thing done; `contacts` are conversation ids in order.
  `ambiguity` says why a journey need not be found: `gap_near_limit` (a silence of about
  seven days), `overlapping` (two at once), `split_identity` (handles of several groups,
  or a contact without any).
- `surveys`: invitations and ratings as the last delivery tells of them.
- `planted`: personal data as it stands in the files, and files broken on purpose.
- `expected.json`: source, arrival day, what became of each record. An interaction counts
  each time a delivered record holds it: `new`, then `updated`, `redelivered` or `stale`
  (an older version after a newer one). `excluded` counts by reason; `surveys` and
  `customers` count rows, `conflict` those of them that contradict another.
- `world.json`: seed, incident week and rates.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from demo import clock
from demo.personal_data import Planted
from demo.wording import Labels

Row = dict[str, Any]


@dataclass(slots=True)
class Journey:
    journey_id: str
    person_id: str
    intent: str
    ambiguity: str | None = None
    """Why the pipeline need not find it: gap_near_limit, overlapping, split_identity."""
    conversations: list[str] = field(default_factory=list)
    is_resolved: bool = False


class Components:
    """Which handles of a person hang together by what the files show (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[tuple[str, str], tuple[str, str]] = {}

    def find(self, handle: tuple[str, str]) -> tuple[str, str]:
        parent = self._parent.setdefault(handle, handle)
        return handle if parent == handle else self.find(parent)

    def join(self, handles: Iterable[tuple[str, str]]) -> None:
        first: tuple[str, str] | None = None
        for handle in handles:
            root = self.find(handle)
            if first is None:
                first = root
            elif root != first:
                self._parent[root] = first

    def handles(self) -> list[tuple[str, str]]:
        return sorted(self._parent)


@dataclass(slots=True)
class Recorder:
    """Truth of a block of people."""

    interactions: list[Row] = field(default_factory=list)
    surveys: list[Row] = field(default_factory=list)
    planted: list[Row] = field(default_factory=list)
    journeys: list[Journey] = field(default_factory=list)
    handles_used: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def interaction(
        self,
        *,
        interaction_id: str,
        conversation_id: str,
        channel: str,
        direction: str,
        journey: Journey,
        at: int,
        outcome: str,
        handles: tuple[tuple[str, str], ...],
        labels: Labels | None = None,
        language: str | None = None,
        **more: Any,
    ) -> None:
        """One interaction, as its reader should give it; labels only for customers' words.

        A conversation counts into its journey with its first inbound interaction.
        """
        if not journey.conversations or conversation_id not in journey.conversations:
            journey.conversations.append(conversation_id)
        self.handles_used[interaction_id] = handles
        self.interactions.append(
            {
                "interaction_id": interaction_id,
                "conversation_id": conversation_id,
                "source": interaction_id.partition(":")[0],
                "channel": channel,
                "direction": direction,
                "person_id": journey.person_id,
                "journey_id": journey.journey_id,
                "handles": [list(handle) for handle in handles],
                "occurred_at": clock.iso(at),
                "arrival_days": [],
                "has_text": labels is not None,
                "states_intent": labels.states_intent if labels else None,
                "intents": labels.intents if labels else [],
                "needs": labels.needs if labels else [],
                "expectations": labels.expectations if labels else [],
                "frustrations": labels.frustrations if labels else [],
                "overall": labels.overall if labels else None,
                "language": language,
                "outcome": outcome,
                "wait_seconds": more.get("wait"),
                "talk_seconds": more.get("talk"),
                "hold_seconds": more.get("hold"),
                "wrap_seconds": more.get("wrap"),
                "queue": more.get("queue"),
                "site": more.get("site"),
                "partner": more.get("partner"),
                "is_out_of_hours": more.get("is_out_of_hours"),
                "is_ambiguous": False,
            }
        )
        if labels:
            for planted in labels.planted:
                self.plant(planted, interaction_id, "text")

    def plant(self, planted: Planted, where: str, part: str) -> None:
        """Personal data that stands in the files and must stand nowhere else."""
        self.planted.append(
            {
                "kind": planted.kind,
                "value": planted.value,
                "is_spoken": planted.is_spoken,
                "where": where,
                "part": part,
            }
        )
