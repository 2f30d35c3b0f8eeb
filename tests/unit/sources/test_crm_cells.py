import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources.crm import parse
from jobs.sources.crm.cells import country_of, emails_of, id_of, phones_of
from jobs.sources.records import CrmCustomer, Excluded, Origin

ORIGIN = Origin("crm", "customers.csv")


@pytest.mark.parametrize(
    ("cell", "emails"),
    [
        ("a@x.fr b@x.fr", ["a@x.fr", "b@x.fr"]),
        ("a@x.fr / b@x.fr; c@x.fr", ["a@x.fr", "b@x.fr", "c@x.fr"]),
        ("Léa Martin <lea@x.fr>", ["lea@x.fr"]),
        ("MAILTO:lea@x.fr", ["lea@x.fr"]),
        ('="lea@x.fr"', ["lea@x.fr"]),
        ("lea.x.fr", []),
        ("n/a", []),
        ("Pas d'email", []),
        ("noemail@x.fr", []),
        ("lea@x.fr;pas-de-mail@x.fr", ["lea@x.fr"]),
        ("nomad@x.fr", ["nomad@x.fr"]),
    ],
)
def test_the_addresses_in_a_cell(cell, emails):
    assert list(emails_of(cell)) == emails


@pytest.mark.parametrize(
    ("cell", "phones"),
    [
        ("06 12 34 56 78 / 01 23 45 67 89", ["06 12 34 56 78", "01 23 45 67 89"]),
        ("0612345678 ou 0123456789", ["0612345678", "0123456789"]),
        ("0612345678/0123456789", ["0612345678", "0123456789"]),
        ("0475/12.34.56", ["0475/12.34.56"]),
        ("02 / 123 45 67", ["02 / 123 45 67"]),
        ("06 12 34 56 78 (bureau)", ["06 12 34 56 78"]),
        ("Mobile : 06 12 34 56 78", ["06 12 34 56 78"]),
        ("01 23 45 67 89 poste 12", ["01 23 45 67 89"]),
        ("+33 (0)6 12 34 56 78", ["+33 (0)6 12 34 56 78"]),
        ("(06) 12 34 56 78", ["(06) 12 34 56 78"]),
        ("'0612345678", ["0612345678"]),
        ('="0612345678"', ["0612345678"]),
        ("612345678.0", ["612345678"]),
        ("612345678,0", ["612345678"]),
        ("0000000000", []),
        ("99 99 99 99 99", []),
        ("06 00 00 00 00", []),
        ("+33600000000 / 06 12 34 56 78", ["06 12 34 56 78"]),
        ("06 12 00 00 00", ["06 12 00 00 00"]),
        ("non renseigné", []),
        ("12345", []),
    ],
)
def test_the_phones_in_a_cell(cell, phones):
    assert list(phones_of(cell)) == phones


@pytest.mark.parametrize("cell", ["3,36123E+10", "3.36123E+10", "6.1E+08"])
def test_a_number_whose_digits_a_spreadsheet_lost_is_left_out(cell):
    assert list(phones_of(cell)) == []


def test_a_number_in_scientific_form_with_all_its_digits_is_read():
    assert list(phones_of("3.3612345678E+10")) == ["+33612345678"]


@pytest.mark.parametrize(
    ("cell", "native_id"),
    [
        ("123456.0", "123456"),
        ("123456,0", "123456"),
        ("1234.00", "1234.00"),
        ("0123.0", "0123.0"),
        ('="0123"', "0123"),
        ("1.23456789012E+11", "123456789012"),
        ("1,23457E+11", None),
        ("4E+12", None),
        ("4E12", "4E12"),
        ("n/a", ""),
    ],
)
def test_the_id_in_a_cell(cell, native_id):
    assert id_of(cell) == native_id


@pytest.mark.parametrize(
    ("cell", "country", "phone"),
    [
        ("0475/12.34.56", "BE", "+32475123456"),
        ("079 123 45 67", "CH", "+41791234567"),
        ("621 123 456", "LU", "+352621123456"),
        ("07911 123456", "GB", "+447911123456"),
        ("+33612345678", "BE", "+33612345678"),
        ("123456", "BE", "123456"),
    ],
)
def test_a_number_is_dialled_from_its_row_s_country(cell, country, phone):
    assert list(phones_of(cell, country)) == [phone]


@pytest.mark.parametrize(
    ("cell", "country"),
    [("be", "BE"), ("Royaume-Uni", "GB"), ("Suisse", "CH"), ("Atlantide", None)],
)
def test_a_country_is_known_by_code_or_name(cell, country):
    assert country_of(cell) == country


@given(st.text(max_size=60))
def test_no_cell_makes_it_raise(cell):
    list(emails_of(cell))
    list(phones_of(cell))
    list(phones_of(cell, "BE"))


def test_customers_with_damaged_numbers_are_no_conflict():
    outcomes = parse(b"customer_id;phone\nA;3,36123E+10\nB;3,36123E+10\n", ORIGIN)

    assert [type(outcome) for outcome in outcomes] == [CrmCustomer, CrmCustomer]


def test_customers_who_gave_nothing_are_no_conflict():
    outcomes = parse(
        "customer_id;email;phone\nA;pas d'email;0600000000\nB;pas d'email;0600000000\n"
        "C;Non renseigné;NR\nD;Non renseigné;NR\n".encode(),
        ORIGIN,
    )

    assert [type(outcome) for outcome in outcomes] == [CrmCustomer] * 4


def test_a_number_written_in_four_ways_is_one_fact():
    rows = "".join(
        f"A;{phone}\n"
        for phone in ("0612345678", "33612345678", "612345678", "+33 6 12 34 56 78")
    )

    outcomes = list(parse(f"customer_id;phone\n{rows}".encode(), ORIGIN))

    assert [type(outcome) for outcome in outcomes] == [CrmCustomer, *[Excluded] * 3]


def test_columns_as_other_customer_systems_name_them():
    header = b"Record ID,FirstName,Email,Phone Number,MobilePhone,Pays,Create Date\n"
    row = "12,L\u00e9a,l@x.fr,01 23 45 67 89,0475/12.34.56,Belgique,2020-01-01 10:00\n"

    [customer] = parse(header + row.encode(), ORIGIN)

    assert customer.native_id == "12"
    assert [handle.value for handle in customer.handles[1:]] == [
        "l@x.fr",
        "01 23 45 67 89",
        "+32475123456",
    ]
    assert str(customer.since_date) == "2020-01-01"
