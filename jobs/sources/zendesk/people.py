"""Whom a document names beside its records: users and groups."""

from jobs.sources.json_pieces import FAULTS, Piece, gather_by_id, rejected
from jobs.sources.records import Excluded, Origin, Outcomes
from jobs.sources.zendesk.documents import GROUP, LIST, USER, Known


def learn(
    piece: Piece, key: str, known: Known, origin: Origin, *, count: bool = False
) -> Outcomes:
    """Who people are and what groups are called; records only where they are alone."""
    pieces: list[Piece] = []
    yield from gather_by_id(piece, pieces, origin, LIST)
    for one in pieces:
        try:
            if key.startswith("user"):
                user = USER.decode(one.raw)
                if user.id is not None:
                    known.people[str(user.id)] = user
            else:
                group = GROUP.decode(one.raw)
                if group.id is not None:
                    known.groups[str(group.id)] = group.name or str(group.id)
        except FAULTS as fault:
            yield rejected(f"not_a_zendesk_{key.rstrip('s')}", one, origin, fault)
            continue
        if count:
            yield Excluded(key.rstrip("s"), one.there(origin))
