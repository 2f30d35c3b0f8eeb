from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.sources.crm import READER, parse
from jobs.sources.records import CrmCustomer, Excluded, Handle, Origin, Rejected
from tests.unit.sources.reading import everything

ORIGIN = Origin("crm", "clients.csv")
HEADER = "customer_id,emails,phones,network_handles,segment,birth_year,language,since_date,name"


def read(*rows, header=HEADER):
    content = "\n".join([header, *rows]).encode()
    return everything(READER, content, ORIGIN)


def test_a_row_is_a_customer_with_all_handles():
    row = (
        "C1,lea@exemple.fr|lea.m@exemple.fr,06 12 34 56 78,"
        "x:lea|mastodon:lea@server.example,b2c,1984,fr,2020-01-05,Léa Martin"
    )

    assert read(row) == [
        CrmCustomer(
            native_id="C1",
            handles=(
                Handle("account", "C1"),
                Handle("email", "lea@exemple.fr"),
                Handle("email", "lea.m@exemple.fr"),
                Handle("phone", "06 12 34 56 78"),
                Handle("x", "lea"),
                Handle("mastodon", "lea@server.example"),
            ),
            segment="b2c",
            birth_year=1984,
            language="fr",
            since_date=date(2020, 1, 5),
            names=("Léa Martin",),
            origin=ORIGIN.at("byte 86 row 1"),
        )
    ]


def test_french_columns_in_any_order_are_known():
    header = "Nom;Prénom;N° client;E-mail;Téléphone;Réseaux;Segment;Naissance;Langue;Client depuis"
    row = "Martin;Léa;C1;lea@exemple.fr;0612345678;;Particulier;01/02/1984;Français;05/01/2020"

    [customer] = read(row, header=header)

    assert customer.native_id == "C1"
    assert customer.names == ("Léa Martin",)
    assert (customer.segment, customer.birth_year) == ("b2c", 1984)
    assert (customer.language, customer.since_date) == ("fr", date(2020, 1, 5))


@pytest.mark.parametrize(
    "header",
    [
        "Lead ID,FirstName,LastName,Email,Phone",
        "(Do Not Modify) Contact,First Name,Last Name,Email,Business Phone",
        "Person - ID,First name,Last name,Person - Email - Work,Person - Phone - Work",
        "(Ne pas modifier) Contact,Prénom,Nom,Email,Téléphone professionnel",
        "(Ne pas modifier) Contact,Prénom,Nom,Adresse de messagerie,Téléphone mobile",
        "ID de l'enregistrement - Contact,Prénom,Nom,E-mail,Numéro de téléphone portable",
        "Personne - ID,Prénom,Nom,Personne - E-mail - Travail,Personne - Téléphone - Mobile",
        "ID,Prénom du contact,Nom du contact,Email du contact,Téléphone du contact",
        "Code (tiers),Prénom,Nom (contact),E-mail (contact),Téléphone fixe (contact)",
        "Numéro compte,Prénom,Nom,E-mail,Téléphone",
        "Référence,Prénom,Nom,Adresse e-mail principale,Numéro de téléphone principal",
        "CONTACT ID,FIRSTNAME,LASTNAME,EMAIL,SMS",
        "customer_id,first_name,last_name,billing_email,billing_phone",
        "User ID,First name,Last name,User email,Phone",
        "Klantnummer,Voornaam,Achternaam,E-mailadres,GSM-nummer",
        "Kundennummer,Vorname,Nachname,E-Mail,Telefon",
        "N° Carte,Prénom,Nom,E-mail,Téléphone",
        "Id,Given Name,Family Name,E-mail 1 - Value,Phone 1 - Value",
        "Customer ID,First Name,Last Name,Email,Default Address Phone",
    ],
)
def test_the_headers_of_known_programs_are_known(header):
    [customer] = read("C1,Léa,Martin,lea@exemple.fr,0145678901", header=header)

    assert customer.handles == (
        Handle("account", "C1"),
        Handle("email", "lea@exemple.fr"),
        Handle("phone", "0145678901"),
    )
    assert customer.names == ("Léa Martin",)


@pytest.mark.parametrize(
    "header",
    [
        "Account ID,Contact ID,Email",
        "AccountId,Id,Email",
        "account_id,record_id,email",
        "id,account_id,email",
    ],
)
def test_an_account_s_id_is_no_contact_s(header):
    """But it is a customer's beside a number that only counts rows."""
    [customer] = read("A1,C1,lea@exemple.fr", header=header)

    assert customer.native_id == "C1"


def test_an_account_s_id_alone_is_the_customer_s():
    [customer] = read("A1,lea@exemple.fr", header="AccountId,Email")

    assert customer.native_id == "A1"


def test_several_columns_of_one_kind_are_all_read():
    [customer] = read(
        "C1,a@x.fr,b@x.fr,0612345678,+33123456789",
        header="id,email1,email_2,mobile,telephone",
    )

    assert [handle.value for handle in customer.handles] == [
        "C1",
        "a@x.fr",
        "b@x.fr",
        "0612345678",
        "+33123456789",
    ]


@pytest.mark.parametrize(
    ("written", "handle"),
    [
        ("twitter:@Lea", Handle("x", "Lea")),
        ("x_id:630", Handle("x_id", "630")),
        ("https://x.com/lea", Handle("x", "lea")),
        ("https://server.example/@lea", Handle("mastodon", "lea@server.example")),
        ("@lea@server.example", Handle("mastodon", "lea@server.example")),
    ],
)
def test_a_network_handle_says_its_network_or_is_an_address(written, handle):
    [customer] = read(f"C1,,,{written},,,,,")

    assert customer.handles == (Handle("account", "C1"), handle)


def test_other_networks_are_left_out():
    [customer] = read("C1,,,facebook:lea|lea,,,,,")

    assert customer.handles == (Handle("account", "C1"),)


def test_what_says_nothing_is_empty():
    [first, second] = read("C1,n/a,-,,,,,,", "C2,N/A,-,,,,,,inconnu")

    assert first.handles == (Handle("account", "C1"),)
    assert second.names == ()


@pytest.mark.parametrize("heading", ["Birthday", "Anniversaire", "Geburtsdatum"])
def test_a_birthday_tells_the_birth_year(heading):
    [customer] = read("C1,12/04/1985", header=f"ID,{heading}")

    assert customer.birth_year == 1985


@pytest.mark.parametrize(
    "year", ["12", "1884", "01/01/1900", "2184", "abc", "1984-1985", ""]
)
def test_a_birth_year_that_is_none_does_not_cost_the_customer(year):
    [customer] = read(f"C1,,,,,{year},,,")

    assert customer.birth_year is None


def test_an_unknown_segment_language_or_date_is_null():
    [customer] = read("C1,,,,VIP,,klingon,bientôt,")

    assert (customer.segment, customer.language, customer.since_date) == (
        None,
        None,
        None,
    )


def test_a_repeated_row_is_excluded():
    first, second = read("C1,a@x.fr,,,b2c,,,,", "C1,A@x.fr,,,B2C,,,,")

    assert first.native_id == "C1"
    assert second == Excluded("duplicate_row", ORIGIN.at("byte 86 row 2"))


def test_a_customer_given_differently_refuses_every_row():
    outcomes = read("C1,a@x.fr,,,b2c,1984,,,", "C2,,,,,,,,", "C1,a@x.fr,,,b2b,1985,,,")

    assert [type(o) for o in outcomes] == [Rejected, CrmCustomer, Rejected]
    assert {o.reason for o in outcomes[::2]} == {"conflicting_customers"}
    assert {o.message for o in outcomes[::2]} == {
        "rows 1 and 3 are one customer's, with different segment, birth_year"
    }


def test_ids_that_differ_in_case_alone_are_one_customer_s():
    """Some programs' ids tell people apart by case; the keys made of them do not."""
    outcomes = read("00Bx,a@x.fr,,,,,,,", "00BX,b@x.fr,,,,,,,", "00bx,c@x.fr,,,,,,,")

    assert {o.message for o in outcomes} == {
        "rows 1, 2 and 3 are one customer's, with different emails"
    }
    first, second = read("C1,a@x.fr,,,,,,,", "c1,a@x.fr,,,,,,,")
    assert (first.native_id, second.reason) == ("C1", "duplicate_row")


def test_a_handle_of_two_customers_refuses_both_and_is_not_told():
    outcomes = read(
        "C1,lea@exemple.fr,06 12 34 56 78,,,,,,",
        "C2,,+33612345678,,,,,,",
        "C3,LEA@exemple.fr,,,,,,,",
        "C4,autre@exemple.fr,,,,,,,",
    )

    assert [getattr(o, "message", None) for o in outcomes] == [
        "rows 1 and 2 have the same phone number",
        "rows 1 and 2 have the same phone number",
        "rows 1 and 3 have the same e-mail address",
        None,
    ]


def test_a_network_handle_of_two_customers_is_a_conflict_too():
    outcomes = read("C1,,,x:lea,,,,,", "C2,,,twitter:Lea,,,,,")

    assert {o.message for o in outcomes} == {"rows 1 and 2 have the same x handle"}


def test_of_a_customer_given_many_times_the_first_rows_are_told():
    outcomes = read(*(f"C1,a{i}@x.fr,,,,,,," for i in range(9)))

    assert {o.message for o in outcomes} == {
        "rows 1, 2, 3, 4, 5 and others are one customer's, with different emails"
    }


@pytest.mark.parametrize(
    ("rows", "excerpt"),
    [
        (["C1,,,,b2b,,,,", "C1,,,,b2c,,,,"], "<ACCOUNT>,,,,b2c,,,,"),
        (['"=""07""",,,,b2b,,,,07', "07,,,,,,,,078"], "<ACCOUNT>,,,,,,,,078"),
        (['"A ""1""",,,,b2b,,,,', '"a ""1""",,,,,,,,'], '"<ACCOUNT>",,,,,,,,'),
        (
            ["C1,,,x:lea|lea@ma.st,,,,,", "C2,,,x:lea,,,,,"],
            "<ACCOUNT>,,,<ACCOUNT>,,,,,",
        ),
        (["C1,,,@lea,b2b,,,,", "C1,,,@lea,b2c,,,,"], "<ACCOUNT>,,,<ACCOUNT>,b2c,,,,"),
        (['C1,"a1@x.fr,,,,,,,'], '<ACCOUNT>,"<ACCOUNT>,,,,,,,'),
        (["FR-ODN10010480,1,2,3,4,5,6,7,8,Martin"], f"{'<ACCOUNT>,' * 9}Martin"),
    ],
)
def test_a_refused_row_shows_no_account_of_the_customer_s(rows, excerpt):
    refused = read(*rows)[-1]

    assert isinstance(refused, Rejected)
    assert refused.excerpt == f"{excerpt}\n"


def test_conflicts_are_found_over_the_whole_file():
    rows = [f"C{i},c{i}@x.fr,,,,,,," for i in range(1500)]

    outcomes = read(*rows, "C9999,c0@x.fr,,,,,,,")

    assert isinstance(outcomes[0], Rejected)
    assert isinstance(outcomes[-1], Rejected)
    assert sum(isinstance(o, CrmCustomer) for o in outcomes) == 1499


def test_a_row_without_an_id_is_refused():
    [refused] = read(",a@x.fr,,,,,,,")

    assert (refused.reason, refused.message) == (
        "no_customer_id",
        "customer_id is empty: the row has no identity",
    )


def test_a_row_whose_id_lost_its_digits_is_refused():
    [refused] = read("1.23457E+11,a@x.fr,,,,,,,")

    assert refused.reason == "no_customer_id"
    assert refused.message.startswith("customer_id is a rounded number")
    assert refused.excerpt == "<ACCOUNT>,a@x.fr,,,,,,,\n"


def test_a_broken_row_costs_no_neighbour():
    outcomes = read('C1,"a@x.fr,,,,,,,', "C2,,,,,,,,")

    assert [type(o) for o in outcomes] == [Rejected, CrmCustomer]
    assert outcomes[0].reason == "broken_row"


def test_a_file_of_another_kind_says_what_was_expected():
    [refused] = read("1,2", header="a,b")

    assert refused.reason == "not_a_customer_file"
    assert refused.message.startswith(
        "expected the columns customer_id and one of emails"
    )
    assert refused.message.endswith("found 'a', 'b'")


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(content):
    list(parse(content, ORIGIN))
    list(parse(HEADER.encode() + b"\n" + content, ORIGIN))


row = st.tuples(
    st.sampled_from(["C1", "c1", "C2", "C3", ""]),
    st.sampled_from(["a@x.fr", "A@x.fr", "b@x.fr|c@x.fr", ""]),
    st.sampled_from(["0612345678", "+33612345678", "abc", "1", ""]),
    st.sampled_from(["x:lea", "x:", "mastodon:l@s.example", ""]),
    st.sampled_from(["b2b", "b2c", "?", ""]),
).map(lambda cells: ",".join([*cells, "", "", "", "name"]))


@settings(max_examples=150)
@given(st.lists(row, max_size=8))
def test_every_row_comes_out_once_and_no_handle_has_two_customers(rows):
    outcomes = read(*rows)

    assert len(outcomes) == len(rows)
    customers = [o for o in outcomes if isinstance(o, CrmCustomer)]
    handles = [
        (handle.kind, handle.value.lower())
        for customer in customers
        for handle in customer.handles
    ]
    assert len(handles) == len(set(handles))


def test_a_title_above_the_table_is_no_header():
    [first, second] = read(
        '"Exporté le","30/12/2025"',
        "",
        '"N° client","Nom","E-mail"',
        "C1,Martin,lea@exemple.fr",
        ",Petit,",
        header='"LISTE DES CLIENTS"',
    )

    assert (first.native_id, first.names) == ("C1", ("Martin",))
    assert (second.reason, second.origin.locator) == ("no_customer_id", "byte 76 row 2")


def test_a_title_without_a_table_below_is_refused_as_it_stands():
    [outcome] = read("Exporté le,30/12/2025", header="LISTE DES CLIENTS")

    assert outcome.reason == "not_a_customer_file"
    assert outcome.excerpt.startswith("LISTE DES CLIENTS")


def test_what_a_report_ends_in_is_nobody():
    outcomes = read(
        '"C1","Martin","lea@exemple.fr"',
        '"Total","1",""',
        "",
        '"Contacts report"',
        '"Generated By:  Ann Lee  28/11/2025"',
        '"ACME"',
        header="Contact ID,Name,Email",
    )

    assert outcomes[0].native_id == "C1"
    assert [outcome.reason for outcome in outcomes[1:]] == ["footer"] * 4


def test_a_customer_of_whom_only_the_id_is_known_stays_one():
    [first, second] = read("C1", "C 2,,", header="Contact ID,Name,Email")

    assert (first.native_id, second.native_id) == ("C1", "C 2")
