"""Where the agent sits: site and partner, from the groups of the agent's hierarchy.

Every company lays its hierarchy out as it likes: there is no level that is always the
one or the other. A group is the partner when its name says so ("Partenaire …", "… BPO")
or is that of a large outsourcer; the group below the partner is the site, as is one
that calls itself so ("Site …", "Centre …"). Where no name says anything, a lone group
is the site, and of two the first is the partner and the second the site; of more,
neither is guessed.
"""

import re
from functools import lru_cache
from typing import Any

_PARTNER = re.compile(
    r"partner|partenaire|prestataire|outsourc|externalis|sous-?trait|subcontract|vendor"
    r"|\bbpo\b",
    re.IGNORECASE,
)
# Outsourcers with many clients, whose names are groups in their clients' hierarchies.
_OUTSOURCERS = re.compile(
    r"\b(?:accenture|acticall|alorica|arise|armatis|arvato|atento|bosch service"
    r"|cca international|cnx|comdata|concentrix|conduent|conectys|convergys|coriolis"
    r"|cosmocall|foundever|genpact|hgs|hinduja|ibex|intelcia|iqor|konecta|majorel"
    r"|outsourcia|sitel|startek|sutherland|sykes|taskus|tdcx|tech mahindra"
    r"|tele ?performance|telus international|transcom|ttec|vipp|vxi|webhelp|wns)\b",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"\b(?:site|cent(?:re|er)|plateau|agence|campus)\b|^site(?=[A-Z_])", re.IGNORECASE
)
_IN_HOUSE = re.compile(
    r"\b(?:interne?s?|internal|in-?house|siège|headquarters|hq)\b", re.IGNORECASE
)
_TEAM = re.compile(
    r"\b(?:teams?|[ée]quipes?|tier|niveau|skill|pool|squad)\b", re.IGNORECASE
)


def site_and_partner(
    groups: Any,
) -> tuple[str | None, str | None, dict[str, str]]:
    """Site, partner and all levels by key, from `{"Level1": {"GroupName": …}, …}`."""
    if not isinstance(groups, dict):
        known = {"": groups} if isinstance(groups, str) and groups else {}
        return None, None, known
    levels: dict[str, str] = {}
    named: list[str] = []
    for level in sorted(groups):
        group = groups[level]
        if not isinstance(group, dict):
            continue
        name, arn = group.get("GroupName"), group.get("ARN") or group.get("Arn")
        if isinstance(name, str) and name.strip():
            named.append(name.strip())
            levels[level] = name.strip()
        elif isinstance(arn, str):
            levels[level] = arn
    site, partner = _placed(tuple(named))
    return site, partner, levels


@lru_cache(maxsize=1024)
def _placed(named: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Site and partner; a company has few groups and many contacts."""
    partner_at = next(
        (
            place
            for place, name in enumerate(named)
            if _PARTNER.search(name) or _OUTSOURCERS.search(name)
        ),
        None,
    )
    site_at = next(
        (
            place
            for place, name in enumerate(named)
            if place != partner_at and _SITE.search(name)
        ),
        None,
    )
    if partner_at is not None:
        below = partner_at + 1
        if site_at is None and below < len(named) and not _TEAM.search(named[below]):
            site_at = below
    elif len(named) == 2 and site_at in (None, 1) and not _TEAM.search(named[1]):
        site_at = 1
        if not _IN_HOUSE.search(named[0]):
            partner_at = 0
    elif len(named) == 1 and not _TEAM.search(named[0]):
        site_at = 0
    return (
        None if site_at is None else named[site_at],
        None if partner_at is None else named[partner_at],
    )
