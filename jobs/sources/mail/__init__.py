"""E-mail: one message per document, from .eml and Maildir files and from mbox files.

Every message comes out once. It is left out, with its reason, when nobody of the two
sides wrote it: `bounce`, `auto_reply`, `read_receipt`, `abuse_report`, `newsletter`,
`calendar_answer` (an invitation accepted or declined), or when only the company reads
and writes: `internal`. It is refused when it is no mail (`not_a_mail`,
`unreadable_mail`), tells no time (`no_date`) or neither sender nor words
(`no_sender`).

What a mail filter thought of a message is kept as an attribute and excludes nothing:
complaints look like spam more often than spam looks like a complaint. A language
declared in the headers is that of the program's menus and is not taken over.

The standard library finds the parts; decoding is done here, because mail in the wild
declares charsets, encodings and dates that are wrong, misspelt or missing, and the
library gives up on those.
"""

from jobs.sources.mail.mailboxes import split
from jobs.sources.mail.reader import READER, parse

__all__ = ["READER", "parse", "split"]
