"""Names that the record declares, where a text says them."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from jobs.masking.names import TITLES, begins_sentence, is_shouted
from jobs.masking.view import WORD, Found, View, fold, words

# First and last names that are words. Part of a declared name, such a word is masked only
# with a capital inside a sentence, or beside another part or a title.
ORDINARY = words(
    "rose pierre prudence marc will grace mark bill art may june april jean blanche claire"
    " olive violette victoire constance clemence aime desire ange noel pascal hope faith joy"
    " jack rich bob sue pat dawn summer petit grand legrand leblanc blanc noir roux brun vert"
    " boucher marchand mercier berger boulanger fournier charpentier chevalier roi leroy"
    " prince prevost perrin bon bonnet barbe long lebon legros gros fort court sage rousse"
    " marin marine melodie margot fleur iris jasmin capucine lys perle opale ambre cerise"
    " prune lune aurore celeste luce lise loup lion renard colombe faure lefort joie mercy"
    " young king brown white black green gray grey smith baker cook carter cooper hunter"
    " miller parker walker turner page price rice stone wood woods hill hall brook brooks"
    " field fields ford lane day knight bishop pope good best early gold silver snow winter"
    " frost rain bush rivers lake banks chase drew grant mason ruby pearl ivy lily daisy"
    " angel star sky robin jay guy gene dean duke earl don van major judge abbot chance"
    " max victor vincent martial barbier maison dubois dupont dumont duval riviere fontaine"
    " lavigne leclerc moulin deschamps laforet montagne lacroix lafleur duchene caron pont"
    " picard normand breton lebreton bourguignon gascon langlois lallemand poirier pommier"
    " cerisier olivier laurier rosier meunier potier tissier tailleur masson maçon lemaire"
    " maire pasteur abbe moine benoit francois franche franc sans merle moineau pinson poulet"
    " chapon lecoq cocq mouton chevre vache boeuf taureau cheval poisson saumon sol terre ciel"
    " lumiere bonheur vie amour esperance foi soleil etoile ete hiver printemps automne jour"
    " nuit matin lundi mardi mercredi jeudi vendredi samedi dimanche janvier avril juillet"
    " merci client cliente service contact ligne carte box orange free bouygues li mai mars"
    " aout nom mail main bas haut gaz lumen clement modeste parfait honore fidele juste vital"
    " felix leger severe innocent pie pure candide the and for not you all les des"
    " une est pas que qui par sur avec dans pour son ses mon mes tes nous vous elle ils".replace(
        "ç", "c"
    )
)
# Names of places and brands before they are somebody's: only with another part or a title.
NEVER_ALONE = words(
    "france paris lyon florence lourdes orange chine londres europe afrique china india"
    " georgia virginia carolina dakota austin jordan israel chad brittany lorraine savoie"
    " bretagne provence normandie corse alsace champagne bourgogne nice tours troyes sosh"
    " nord sud est ouest internet wifi google apple samsung amazon"
)
# Not "a": it is "à" far more often, and "à sylvie" names somebody.
ARTICLES = words("le la les l un une des du ma mon ta ton sa son ces ce cette the my")
SMALLEST_PART = 3
LETTERS = re.compile(r"(?<!\w)[a-z](?:[ .,-]{1,2}[a-z]){3,30}(?!\w)")


@lru_cache(maxsize=4096)
def parts_of(
    names: tuple[str, ...],
) -> tuple[frozenset[str], frozenset[tuple[str, ...]]]:
    """All parts of the declared names worth looking for, and the whole names."""
    whole = [tuple(WORD.findall(fold(name))) for name in names]
    parts = {
        part
        for name in whole
        for part in name
        if len(part) >= SMALLEST_PART and not part.isdecimal() and part not in TITLES
    }
    return frozenset(parts), frozenset(name for name in whole if name)


def declared(view: View, names: Sequence[str]) -> Iterator[Found]:
    """The declared names, whole in any case, and their parts where they stand as names.

    A part with a capital is masked, or any part beside another one or a title. A part that
    is also a word ("Rose", "Petit") needs its capital inside a sentence; that of a place
    ("France") never stands for the person alone. In a text without any capital a part
    of four letters that is no word is masked too.
    """
    if not names:
        return
    parts, whole = parts_of(tuple(names))
    for part in parts:
        # Most texts are refused at once: they have not all its letters as words.
        if view.words.issuperset(part):
            yield from letter_by_letter(view, part)
    if parts.isdisjoint(view.words):
        return
    tokens = view.tokens
    pieces = {part for name in whole for part in name}
    at = 0
    while at < len(tokens):
        if tokens[at].text not in pieces:
            at += 1
            continue
        last = at
        while (
            last + 1 < len(tokens)
            and tokens[last + 1].text in pieces
            and re.fullmatch(
                r"[ .,'’-]{1,2}", view.text[tokens[last].end : tokens[last + 1].start]
            )
        ):
            last += 1
        run = [token.text for token in tokens[at : last + 1]]
        if is_declared(view, at, run, parts, whole):
            yield Found("NAME", tokens[at].start, tokens[last].end)
        at = last + 1


def letter_by_letter(view: View, part: str) -> Iterator[Found]:
    """A part of a declared name that is spelled out, alone: "L-A-M-B-E-R-T"."""
    for match in LETTERS.finditer(view.text):
        if "".join(WORD.findall(match[0])) == part:
            yield Found("NAME", *match.span())


def is_declared(
    view: View,
    at: int,
    run: list[str],
    parts: frozenset[str],
    whole: frozenset[tuple[str, ...]],
) -> bool:
    token = view.tokens[at]
    strong = [part for part in run if part in parts]
    if not strong:
        return False
    is_capital = view.raw[token.start].isupper()
    if len(run) > 1 and len(set(run)) > 1:
        # Two ordinary words side by side, both in lower case: "la pierre rose".
        return (
            is_capital
            or not all(part in ORDINARY for part in strong)
            or (tuple(run) in whole and not follows_article(view, at))
        )
    if at and view.tokens[at - 1].text in TITLES:
        return True
    part = strong[0]
    if part in NEVER_ALONE:
        return False
    if part in ORDINARY:
        return (
            is_capital
            and not begins_sentence(view, token.start)
            and not (is_shouted(view, token.start))
        )
    if view.has_capitals or len(part) < 4:
        return is_capital
    return not follows_article(view, at)


def follows_article(view: View, at: int) -> bool:
    return at > 0 and view.tokens[at - 1].text in ARTICLES
