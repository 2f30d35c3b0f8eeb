"""Which checks a contract becomes, and how severe each is."""

import pytest

from schemas.contracts import Column, Contract, Rule, contract, names
from schemas.expectations import suite


def a_column(name, **changes):
    return Column(
        **{
            "name": name,
            "spark_type": "string",
            "description": "Something.",
            "is_required": False,
            "classification": "public",
            "unit": None,
            "values": None,
            "minimum": None,
            "maximum": None,
        }
        | changes
    )


def a_contract(*columns, key=("a",), rules=()):
    return Contract(
        name="things",
        version="1.0.0",
        description="Things.",
        grain="one row per thing",
        columns=columns or (a_column("a"),),
        key=key,
        partition=None,
        rules=rules,
    )


def made(promised):
    """Type, what it is about, severity of each expectation."""
    return [
        (
            e.expectation_type,
            getattr(e, "column", None)
            or getattr(e, "column_list", None)
            or getattr(e, "column_set", None),
            e.severity.value,
        )
        for e in suite(promised).expectations
    ]


COLUMNS = ("expect_table_columns_to_match_set", ["a"], "critical")
KEY = ("expect_column_values_to_be_unique", "a", "critical")


def test_a_column_that_promises_nothing_is_not_checked():
    assert made(a_contract()) == [COLUMNS, KEY]


def test_a_table_has_the_contract_s_columns_and_no_other():
    check = suite(a_contract(a_column("b"), a_column("a"))).expectations[0]

    assert (check.expectation_type, check.column_set, check.exact_match) == (
        "expect_table_columns_to_match_set",
        ["b", "a"],
        True,
    )


def test_a_key_of_two_columns_is_unique_together():
    promised = a_contract(a_column("a"), a_column("b"), key=("b", "a"))

    assert made(promised)[1:] == [
        ("expect_compound_columns_to_be_unique", ["b", "a"], "critical")
    ]


def test_a_required_column_may_not_be_null():
    assert made(a_contract(a_column("a", is_required=True)))[2:] == [
        ("expect_column_values_to_not_be_null", "a", "critical")
    ]


def test_a_closed_list_is_checked_with_its_values():
    checks = suite(a_contract(a_column("a", values=("x", "y")))).expectations

    assert [(c.expectation_type, c.value_set) for c in checks[2:]] == [
        ("expect_column_values_to_be_in_set", ["x", "y"])
    ]


@pytest.mark.parametrize(
    ("minimum", "maximum"), [(0, None), (None, 1), (0, 1), (0.0, 0.0)]
)
def test_a_range_may_be_open_on_one_side(minimum, maximum):
    column = a_column("a", minimum=minimum, maximum=maximum)
    [check] = suite(a_contract(column)).expectations[2:]

    assert (check.expectation_type, check.min_value, check.max_value) == (
        "expect_column_values_to_be_between",
        minimum,
        maximum,
    )


@pytest.mark.parametrize(
    ("severity", "theirs"), [("error", "critical"), ("warning", "warning")]
)
def test_a_rule_keeps_its_severity_its_reason_and_its_name(severity, theirs):
    rule = Rule("a_is_x", "It was agreed.", "a <> 'x'", severity)
    [check] = suite(a_contract(rules=(rule,))).expectations[2:]

    assert check.severity.value == theirs
    assert check.description == "It was agreed."
    assert check.meta == {"rule": "a_is_x"}
    assert (check.column, check.value_set) == ("a_is_x", [False])


def test_the_column_of_a_rule_is_no_stranger_to_the_table():
    rule = Rule("a_is_x", "It was agreed.", "a <> 'x'", "error")

    assert made(a_contract(rules=(rule,)))[0][1] == ["a", "a_is_x"]


@pytest.mark.parametrize("table", names())
def test_every_promise_of_a_contract_is_checked_once(table):
    promised = contract(table)
    checks = made(promised)

    assert len(checks) == len({str(c) for c in checks})
    assert {about for kind, about, _ in checks if kind.endswith("_not_be_null")} == {
        c.name for c in promised.columns if c.is_required
    }
    assert {about for kind, about, _ in checks if kind.endswith("_in_set")} == {
        c.name for c in promised.columns if c.values
    } | {rule.name for rule in promised.rules}
    assert {about for kind, about, _ in checks if kind.endswith("_between")} == {
        c.name
        for c in promised.columns
        if c.minimum is not None or c.maximum is not None
    }
    severities = {"error": "critical", "warning": "warning"}
    of_rules = {rule.name: severities[rule.severity] for rule in promised.rules}
    # A rule of a column's name would be taken for that column.
    assert not of_rules.keys() & set(promised.column_names)
    assert of_rules == {
        about: severity for _, about, severity in checks if str(about) in of_rules
    }
