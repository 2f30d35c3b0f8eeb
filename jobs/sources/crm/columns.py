"""Which column of a customer file tells what, whatever the program calls it."""

import re

from jobs.sources.csv_documents import column_name

COLUMNS: dict[str, tuple[str, ...]] = {
    "customer_id": (
        # Beside a person's own id, an account's is their company's or household's.
        "customer_id", "client_id", "id_client", "contact_id", "record_id", "person_id",
        "account_id", "customer", "client",
        "numero_client", "num_client", "n_client", "n_de_client", "no_client",
        "reference_client", "code_client", "crm_id", "identifiant_client",
        "customer_number", "customer_no",
        "do_not_modify_contact", "do_not_modify_account", "ne_pas_modifier_contact",
        "ne_pas_modifier_compte", "lead_id", "id_de_l_enregistrement",
        "id_de_l_enregistrement_contact", "id_de_fiche_d_informations",
        "id_de_fiche_d_informations_contact", "record_id_contact", "numero_compte",
        "numero_de_compte", "num_compte", "n_compte", "n_de_compte", "account_number",
        "account_no", "code_tiers", "code_compte", "compte_client", "compte_tiers",
        "kundennummer", "kunden_nr", "kundennr", "klantnummer", "klant_nr",
        "personne_id", "user_id", "id_utilisateur", "identifiant", "reference", "id",
        "n_carte", "n_de_carte", "num_carte", "numero_carte", "numero_de_carte",
        "carte_fidelite", "n_carte_fidelite", "numero_carte_fidelite",
        "numero_de_carte_de_fidelite",
    ),
    "emails": (
        "emails", "email", "e_mails", "e_mail", "mails", "mail", "courriels",
        "courriel", "email_address", "adresse_email", "adresse_e_mail",
        "adresses_e_mail", "adresse_mail", "email_principal", "e_mail_principal",
        "email_secondaire", "e_mail_secondaire", "primary_email", "secondary_email",
        "email_pro", "email_perso", "work_email", "personal_email", "other_email",
        "adresse_de_messagerie", "e_mailadres", "e_mail_adresse", "e_mail_travail",
        "e_mail_domicile", "e_mail_autre",
        "person_email", "person_email_work", "person_email_home", "person_email_other",
    ),
    "phones": (
        "phones", "phone", "telephones", "telephone", "tel", "phone_number",
        "phone_numbers", "mobile", "portable", "numero_de_telephone",
        "numeros_de_telephone", "n_de_telephone", "telephone_fixe", "telephone_mobile",
        "telephone_portable", "tel_fixe", "tel_mobile", "tel_portable", "tel_domicile",
        "telephone_principal", "fixe", "gsm", "natel", "mobile_phone", "home_phone",
        "work_phone", "other_phone", "primary_phone", "mobile_number", "cell_phone",
        "cell", "mobile_phone_number", "phone_mobile", "phone_home", "phone_work",
        "business_phone", "main_phone", "company_phone", "telephone_professionnel",
        "telephone_bureau", "tel_bureau", "tel_pro", "tel_perso", "person_phone",
        "person_phone_work", "person_phone_home", "person_phone_mobile",
        "person_phone_other", "numero_de_telephone_portable", "telephone_domicile",
        "telephone_travail", "telephone_autre", "numero_de_portable", "numero_portable",
        "sms", "telefon", "handy", "mobil", "telefoonnummer", "telefoon", "gsm_nummer",
        "default_address_phone",
    ),
    "network_handles": (
        "network_handles", "networks", "social_handles", "social", "handles",
        "reseaux", "reseaux_sociaux", "comptes_sociaux",
    ),
    "x": (
        "x", "twitter", "x_username", "twitter_username", "x_handle", "twitter_handle",
        "compte_x", "compte_twitter",
    ),
    "mastodon": (
        "mastodon", "mastodon_acct", "mastodon_handle", "compte_mastodon",
    ),
    "segment": (
        "segment", "customer_segment", "type_client", "type_de_client", "customer_type",
        "categorie", "marche",
    ),
    "birth_year": (
        "birth_year", "year_of_birth", "birth_date", "date_of_birth", "birthdate",
        "naissance", "annee_naissance", "annee_de_naissance", "date_naissance",
        "date_de_naissance", "birthday", "anniversaire", "date_anniversaire",
        "date_d_anniversaire", "geburtsdatum", "geboortedatum",
    ),
    "language": (
        "language", "lang", "langue", "locale", "preferred_language", "language_code",
        "langue_preferee", "language_override", "sprache", "taal",
    ),
    "since_date": (
        "since_date", "since", "customer_since", "created_at", "client_depuis",
        "depuis", "date_entree", "date_creation", "anciennete", "create_date",
        "created_date", "date_de_creation", "signup_date", "person_person_created",
        "created_on", "created_time", "date_registered", "signed_up", "added_time",
        "inscription", "date_inscription", "date_d_inscription", "date_d_ajout",
        "date_d_entree", "cree_le", "created_utc", "user_registered",
    ),
    "country": (
        "country", "country_code", "pays", "code_pays", "country_region",
        "mailing_country", "mailing_country_code", "land",
        "default_address_country_code",
    ),
    "name": (
        "name", "full_name", "customer_name", "nom_complet", "nom_client",
        "person_name", "raison_sociale", "intitule", "naam",
    ),
    "first_name": ("first_name", "firstname", "given_name", "prenom", "vorname", "voornaam"),
    "last_name": ("last_name", "lastname", "surname", "family_name", "nom", "nachname", "achternaam"),
}  # fmt: skip
"""What is read, and the names under which it may stand; the first that is there wins."""

# "Email du contact", "Billing Phone", "Personne - Nom": a word that says whose it is.
_OWNERS = frozenset(
    (
        "contact", "client", "customer", "person", "personne", "user", "utilisateur",
        "billing", "facturation", "tiers", "principal", "principale", "primary",
    )
)  # fmt: skip
_LINKS = frozenset(("du", "de", "la", "le", "d", "l", "of", "the"))
_QUALIFIER = re.compile(r"\s*\([^()]*\)\s*$")
# `email_2`, and Google's `E-mail 1 - Value`.
_NUMBER = re.compile(r"_?\d+(?:_value)?$")
# Of these no word may be left out: "billing id" and "contact x" are something else.
_NAMED_IN_FULL = frozenset(
    ("customer_id", "network_handles", "x", "mastodon", "segment")
)


def places_of(header: list[str]) -> dict[str, list[int]]:
    """Which cells of a row are which column: `email` and `e_mail_2` may both be."""
    found: dict[str, list[int]] = {}
    ranks: dict[str, int] = {}
    for i, cell in enumerate(header):
        column, rank = _column_of(cell)
        if column is None:
            continue
        if column in ("emails", "phones", "network_handles"):
            found.setdefault(column, []).append(i)
        elif column not in ranks or rank < ranks[column]:
            found[column], ranks[column] = [i], rank
    return found


# `MobilePhone` and `Mobile Phone` are the same.
_BY_NAME = {
    name.replace("_", ""): (column, rank)
    for column, names in COLUMNS.items()
    for rank, name in enumerate(names)
}


# Whose contact a row is; the row's own id is the column `Id`.
_SALESFORCE_ACCOUNT = "accountid"


def _column_of(cell: str) -> tuple[str | None, int]:
    """The column that a header's cell names, and how well: 0 is best."""
    name = column_name(cell)
    if name == _SALESFORCE_ACCOUNT:
        return "customer_id", len(COLUMNS["customer_id"])
    bare = column_name(_QUALIFIER.sub("", cell))
    for whole in (name, _NUMBER.sub("", name), bare):
        if (known := _BY_NAME.get(whole.replace("_", ""))) is not None:
            return known
    for whole in (name, bare):
        words = whole.split("_")
        while len(words) > 1 and words[0] in _OWNERS:
            words = words[1:]
        while len(words) > 1 and words[-1] in _OWNERS | _LINKS:
            words = words[:-1]
        known = _BY_NAME.get("".join(words))
        if known is not None and known[0] not in _NAMED_IN_FULL:
            return known
    return None, 0
