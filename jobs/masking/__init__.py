"""Personal data in what people say and write, found and masked: French and English.

`find` says where it stands, `mask` puts `<PHONE>` and the like in its place.
"""

from collections.abc import Iterable, Sequence

from jobs.masking.addresses import addresses
from jobs.masking.births import births
from jobs.masking.digits import in_digits
from jobs.masking.emails import emails
from jobs.masking.names import declared, introductions
from jobs.masking.stated_secrets import stated_secrets
from jobs.masking.view import BLANK, KINDS, Found, View

__all__ = ["KINDS", "Found", "find", "mask"]

RANK = {kind: rank for rank, kind in enumerate(KINDS)}


def find(text: str, *, names: Sequence[str] = (), country: str = "FR") -> list[Found]:
    """Where personal data stands in a text: ascending, never overlapping.

    A text is looked through again after each find, without what was found, until nothing
    more comes: that is what makes masking a masked text change nothing.

    Args:
        text: any text; placeholders of an earlier masking are left alone.
        names: names that the record declares, whole ("Léa Martin").
        country: ISO 3166 country in which a phone number without prefix is dialled.
    """
    view = View.of(text)
    found: list[Found] = []
    while new := settled(view, seen_once(view, names, country)):
        found.extend(view.original(item) for item in new)
        view = view.without(new)
    return sorted(found, key=lambda item: item.start)


def mask(text: str, *, names: Sequence[str] = (), country: str = "FR") -> str:
    """The text with `<KIND>` where personal data stood; masking it again changes nothing."""
    pieces: list[str] = []
    done = 0
    for item in find(text, names=names, country=country):
        pieces += text[done : item.start], f"<{item.kind}>"
        done = item.end
    return "".join(pieces) + text[done:]


def seen_once(view: View, names: Sequence[str], country: str) -> Iterable[Found]:
    yield from emails(view)
    yield from in_digits(view, country)
    yield from stated_secrets(view)
    yield from births(view)
    yield from addresses(view)
    yield from introductions(view)
    yield from declared(view, names)


def settled(view: View, candidates: Iterable[Found]) -> list[Found]:
    """Candidates made into finds that never overlap and hold no placeholder.

    Overlapping ones become one, from the first start to the last end, of the kind that
    ranks first: half a phone number left standing would be the worse mistake.
    """
    found: list[Found] = []
    for item in sorted(candidates, key=lambda item: item.start):
        if found and item.start < found[-1].end:
            last = found[-1]
            kind = min(last.kind, item.kind, key=RANK.__getitem__)
            found[-1] = Found(kind, last.start, max(last.end, item.end))
        else:
            found.append(item)
    return [
        piece
        for item in found
        for piece in (trimmed(view, item) if BLANK in view.text else [item])
    ]


def trimmed(view: View, item: Found) -> Iterable[Found]:
    """The parts of a find between placeholders, those with a letter or digit in them."""
    at = item.start
    for part in view.text[item.start : item.end].split(BLANK):
        if any(map(str.isalnum, part)):
            start = at + len(part) - len(part.lstrip())
            yield Found(item.kind, start, at + len(part.rstrip()))
        at += len(part) + 1
