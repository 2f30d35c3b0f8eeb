"""What kind of number the words around it say that it is."""

import re

from jobs.masking.view import View

# The nearest word before a number that says what kind of number it is.
SAID = re.compile(
    r"\b(?:(?P<phone>tel|telephone\w*|telefon|portables?|cellulaires?|mobiles?|gsm|natel"
    r"|fixe|lignes?|joindre|joignable|rappel\w*|appel\w*|contact\w*|sms|whatsapp|fax|phone|cell"
    r"|cellphone|landline|call\w*|reach\w*|ring|text|desk)"
    # "Numéro d'adhérent" is no phone's, "numéro de rappel" and "numéro de ma femme" are.
    r"|(?P<number>numeros?(?! d(?:e |')(?!(?:tel|phone|telephone|portable|mobile|fixe|gsm"
    r"|natel|rappel|contact|ligne|whatsapp|urgence|domicile|maison|bureau|travail|la|le|les"
    r"|l|ma|mon|mes|sa|son|ses|notre|votre|leur)\b)[a-z])|num|numbers?)"
    r"|(?P<card>cartes?|cb|visa|mastercard|amex|card|debit|credit)"
    r"|(?P<nir>secu\w*|nir|vitale|insee|immatricul\w*|ssn)"
    r"|(?P<iban>iban|rib|comptes?|virement\w*|prelev\w*|account)"
    r"|(?P<ip>ip)"
    r"|(?P<birth>nee?|naissance|ddn|born|birth|dob)"
    r"|(?P<version>version\w*|firmware|build|release|logiciel|software|apps?|appli\w*|update|maj|v)"
    r"|(?P<other>commandes?|colis|suivi|factures?|contrats?|contracts?|agreement|(?:parts?|company|registration|employee|staff|student)(?= n)|horaires?|lots?|ouvert\w*|dossiers?|refs?|references?"
    r"|tickets?|(?!(?<![^\n])clients? ?:)clients?|cliente|customer(?= (?:n|id|ref))|tracking|orders?|invoices?|parcels?|articles?|series?"
    r"|imei|iccid|sim|compteurs?|pdl|prm|pce|siret|siren|ean|incidents?|reclamations?"
    r"|demandes?|devis|barres?|fidelite|loyalty|abonne|serial|policy|police|sinistre"
    r"|case|booking|reservation|bon|isbn|adherent|adhesion|licen[cs]es?|member(?:ship)?|claim|passeport"
    r"|passport|cheques?|transaction|receipt|vouchers?|coupon|cadeau|gift|tva|vat|train|flight))\b"
)
NEAR = 40
# "Commande 44188, …", "facture de 80 €, …": it has its number, and the next is another's.
# The year of a date is none.
SERVED = re.compile(
    r"(?<![/.,-])\b[0-9][0-9a-z]{3,}(?:[,;](?=[ \n])|\n|[ ]+[a-z]{2})"
    r"|[0-9] ?(?:[€£]|euros?\b)"
)
# "… c'est mon portable", "… is my number": said after it. An order's number has another
# word between "my" and "number".
SAID_AFTER = re.compile(
    r"[ ,:(\n-]{1,3}(?:(?:c'est|c|est|is|that's|it's|pour|on|for|sur|le|la|mon|ma|my|the|a"
    r"|numero|de|du)[ ]){0,4}"
    r"(?:(?<=mon )numero(?! d(?:e |'))|portable|mobile|cell\w*|landline|phone|telephone"
    r"|tel|fixe|gsm|natel|number)\b"
)


def said(view: View, start: int) -> str | None:
    """What the nearest telling word in the 40 characters before says the number is."""
    kind, end = None, start
    for match in SAID.finditer(view.text, max(0, start - NEAR), start):
        # "Numéro" alone means a phone's, but "commande numéro" an order's.
        if match.lastgroup != "number":
            kind = match.lastgroup
        elif kind is None:
            kind = "phone"
        end = match.end()
    if kind == "other" and SERVED.search(view.text, end, start):
        return None
    return kind


def said_after(view: View, end: int) -> str | None:
    return "phone" if SAID_AFTER.match(view.text, end) else None
