"""Tables of the marts that remember: what weeks said before, what reports printed.

They are made from the publication before and from files of the reports, not from the
lake, so they have no contract there. What they promise stands in the first lines of
their SQL, beside what makes it true: grain, then a line a column.
"""

import re
from dataclasses import dataclass
from functools import cache

from schemas.contracts import FOLDER

NAMES = ("restatements", "report_figures")


@dataclass(frozen=True)
class Remembered:
    """One such table."""

    name: str
    description: str
    grain: str
    columns: dict[str, str]
    """Column → what it means."""
    sql: str


@cache
def remembered(name: str) -> Remembered:
    """The table of that name, from history/<name>.sql."""
    sql = (FOLDER / "history" / f"{name}.sql").read_text(encoding="utf-8")
    lines = re.findall(r"^-- (.+)$", sql.partition("\nWITH ")[0], flags=re.MULTILINE)
    stated = dict(line.split(": ", 1) for line in lines[1:])
    return Remembered(
        name=name,
        description=lines[0],
        grain=stated["Grain"],
        columns={key: said for key, said in stated.items() if key.islower()},
        sql=sql,
    )
