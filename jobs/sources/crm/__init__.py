"""The company's customer file: CSV, one row per customer.

Columns are those of `COLUMNS`, in any order, in English or French, others ignored; only
the customer's id is needed. A title above the table and what reports end in (a total, a sentence in a cell
alone) are no rows of it. A cell may hold several values, and marks that a
spreadsheet left (`cells`). Network handles are `x:lea`,
`mastodon:lea@server.example`, or the address of a profile; other networks are left out.
A phone is dialled from the company's country, or from the row's own where it has one.

A customer file is one statement about who is who, so it is judged as a whole:

* A row that repeats another one, fact by fact, is excluded (`duplicate_row`).
* A customer given twice with different facts, and a handle that two customers have,
  refuse every row concerned (`conflicting_customers`): taking the first would link one
  person's contacts to another. The message names rows, columns and kinds of handle;
  neither it nor the excerpt holds an id or a network handle. Ids and handles are
  compared without regard to case, as their keys are made, phones as dialled from the
  company's country.

Therefore a file is one document, up to `LARGEST` characters; in a larger one, conflicts
are seen within each part only. 1,000,000 customers take about 150 MB.

Only identity is strict: `123456.0` is 123456, but `1,23457E+11` has lost digits, and its
row is refused. A segment, birth year, language or date that cannot be read is null, a
cell without an address or a number has none, and an address with a slip of the pen
matches nobody: the customer is still known by the others. `n/a`, `-`, `0000000000` and
the like are empty: they would otherwise be one handle that thousands share.
"""

from jobs.sources.crm.reader import READER, parse

__all__ = ["READER", "parse"]
