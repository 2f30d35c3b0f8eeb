import pytest

from jobs.sources.records import Company

COMPANY = Company(email_domains=frozenset({"telco.example"}))


@pytest.mark.parametrize(
    "address",
    ["paul@telco.example", "Paul@Mail.TELCO.example", "paul@telco.example.>"],
)
def test_the_company_owns_the_addresses_in_its_domains_and_below(address):
    assert COMPANY.owns(address)


@pytest.mark.parametrize(
    "address",
    ["lea@nottelco.example", "lea@telco.example.org", "telco.example", "lea@", ""],
)
def test_other_addresses_are_not_the_company_s(address):
    assert not COMPANY.owns(address)
