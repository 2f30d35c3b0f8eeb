"""What the author of a reply wrote just now: no quoted history, no signature.

Mail programs mark what they quote in a few hundred ways and the text bears no trace of
which one it was. The rules here take the forms of French and English programs, some of
their German, Spanish, Italian, Dutch, Portuguese and Scandinavian ones, and ask for a
second sign (a date, an address, a quoted line below) before anything is dropped:
"On Monday I wrote:" is a sentence. Words between quoted lines are the author's and stay.

Every rule looks at single lines or at a fixed number of them, so the time grows with
the length of the text only.
"""

from jobs.sources.quoted_text.history import holds_forward
from jobs.sources.quoted_text.own_words import strip, strip_html

__all__ = ["holds_forward", "strip", "strip_html"]
