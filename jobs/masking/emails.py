"""E-mail addresses, written."""

import re
from collections.abc import Iterator

from jobs.masking.view import Found, View

LOCAL = re.compile(r"[\w.+%'-]{0,64}\Z")
DOMAIN = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}")


def emails(view: View) -> Iterator[Found]:
    at = view.text.find("@")
    while at >= 0:
        local = LOCAL.search(view.text[max(0, at - 64) : at])
        domain = DOMAIN.match(view.text, at + 1)
        if local and local[0].strip(".'-") and domain:
            start = at - len(local[0].lstrip(".'-"))
            yield Found("EMAIL", start, domain.end())
        at = view.text.find("@", at + 1)
