"""What follows "my address is" and the like, whatever the street is called."""

import re
from collections.abc import Iterator

from jobs.masking.view import View, words

STATING = words("adresse address at")
# From the number on.
STATED = re.compile(
    r"(?:address (?:of [\w' &,-]{1,40} )?(?:is|was|:)|address ?:|(?:(?<=lives )|(?<=live )"
    r"|(?<=living )|(?<=located )|(?<=situated )|(?<=me ))at"
    r"|adresse (?:postale |de livraison |de facturation )?(?:actuelle |complete )?"
    r"(?:est|c'est|sera|:)|adresse ?:)"
    r"[ \n]{0,2}(?:(?:now |le |au |the |desormais |est ){1,2}(?=[0-9]))?"
    r"(?P<value>(?:[0-9]{1,5}[a-z]?[ ,]|psc [0-9]|unit [0-9]).{4,90}"
    r"|[^\W\d]+(?:[ '-][^\W\d]+){0,4},? [0-9]{5} [^\W\d]{2}.{0,40})",
    re.DOTALL,
)
# Speech has no full stops: with these words the sentence goes on after the address.
STATED_END = re.compile(
    r"[ ,](?:et|and|mais|but|je|j'ai|i|because|car|pour|depuis|since|merci|please|svp|tel|my"
    r"|that|which|would|their|vous|il|elle|nous|ils|oui|non|c'est|voila|euh|donc|alors|que"
    # There is a "rue du Chat qui Pêche".
    r"|qui(?= (?:est|a|n|ne|sont|m|me|se|s)\b)|ma|ca"
    # "12 The Grove" is a street.
    r"|nobody|we|he|she|they|you|it|is|has|yes|no|(?<=[a-z][ ,])the"
    r"|mon|in case|born|nee?|dob)\b|[;(?!@\u2026]|\.\s+(?![0-9])(?!.{0,25}[0-9]{4})|\n\s*\n"
    r"|\n(?![^.]{0,40}[0-9]{4})(?! ?,)"
)


def stated(view: View) -> Iterator[tuple[int, int]]:
    """Where such addresses begin and end."""
    for at in view.places(STATING):
        match = STATED.match(view.text, at)
        if match is None:
            continue
        start, end = match.span("value")
        stop = STATED_END.search(match["value"])
        end = start + stop.start() if stop else end
        value = view.text[start:end].rstrip(" ,;:")
        if sum(map(str.isalpha, value)) > 3:
            yield start, start + len(value)
