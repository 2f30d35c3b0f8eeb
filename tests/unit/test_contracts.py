"""What the loader reads from a contract, and what the contracts themselves must keep to."""

import re

import pytest

from schemas import contracts
from schemas.contracts import Column, Rule, contract, names
from schemas.errors import ContractError

PRICES = """
kind: DataContract
apiVersion: v3.1.0
id: prices
name: prices
version: 2.1.0
status: active
schema:
  - name: prices
    description: What things cost.
    dataGranularityDescription: one row per shop and thing
    properties:
      - {name: thing, logicalType: string, physicalType: string, required: true,
         primaryKey: true, primaryKeyPosition: 2, classification: public, description: Its name.}
      - {name: shop, logicalType: string, physicalType: string, required: true, partitioned: true,
         primaryKey: true, primaryKeyPosition: 1, classification: public, description: Where.}
      - {name: price, logicalType: number, physicalType: double, classification: public,
         description: What it costs., logicalTypeOptions: {minimum: 0, maximum: 9},
         customProperties: [{property: unit, value: euros}]}
      - name: state
        logicalType: string
        physicalType: string
        classification: public
        description: New or used.
        enum: [{value: new}, {value: used}]
    quality:
      - {name: used_is_cheap, description: Nobody would buy it., severity: warning,
         query: "state = 'used' AND price > 5"}
"""


@pytest.fixture
def prices(tmp_path, monkeypatch):
    """Reads the contract of `prices`, some of its text replaced."""
    monkeypatch.setattr(contracts, "FOLDER", tmp_path)

    def read(old="", new=""):
        assert old in PRICES
        text = PRICES.replace(old, new, 1) if old else PRICES
        (tmp_path / "prices.odcs.yaml").write_text(text, encoding="utf-8")
        return contract.__wrapped__("prices")

    return read


def test_a_contract_is_read_with_columns_in_its_order(prices):
    read = prices()

    assert (read.name, read.version, read.grain) == (
        "prices",
        "2.1.0",
        "one row per shop and thing",
    )
    assert read.column_names == ["thing", "shop", "price", "state"]
    assert read.columns[2] == Column(
        name="price",
        spark_type="double",
        description="What it costs.",
        is_required=False,
        classification="public",
        unit="euros",
        values=None,
        minimum=0,
        maximum=9,
    )
    assert read.columns[3].values == ("new", "used")
    assert read.columns[0].unit is None


def test_the_key_is_in_its_own_order_not_the_columns(prices):
    assert prices().key == ("shop", "thing")


def test_the_partition_is_the_column_that_says_so(prices):
    assert prices().partition == "shop"
    assert prices(" partitioned: true,").partition is None


def test_a_rule_has_its_reason_and_severity(prices):
    used = Rule(
        name="used_is_cheap",
        why="Nobody would buy it.",
        broken_where="state = 'used' AND price > 5",
        severity="warning",
    )
    assert prices().rules == (used,)


def test_a_rule_that_does_not_say_how_severe_it_is_is_an_error(prices):
    assert prices(" severity: warning,").rules[0].severity == "error"


def test_the_schema_is_spark_s_ddl(prices):
    assert prices().ddl == (
        "`thing` string NOT NULL, `shop` string NOT NULL, `price` double, `state` string"
    )


@pytest.mark.parametrize(
    ("removed", "what"),
    [
        ("version: 2.1.0", "version"),
        ("description: What things cost.", "description"),
        ("dataGranularityDescription: one row per shop and thing", "grain"),
        (", description: Its name.", "description of thing"),
        (" physicalType: double,", "type of price"),
        ("        classification: public\n", "classification of state"),
        (" description: Nobody would buy it.,", "reason of used_is_cheap"),
        (
            ",\n         query: \"state = 'used' AND price > 5\"",
            "query of used_is_cheap",
        ),
    ],
)
def test_a_contract_that_keeps_something_back_is_refused(prices, removed, what):
    with pytest.raises(ContractError) as refused:
        prices(removed)

    assert str(refused.value) == f"schemas/prices.odcs.yaml does not state the {what}."


def test_a_table_without_contract_is_told_with_those_there_are():
    with pytest.raises(
        ContractError, match=r"no contract for a table 'call'.*contacts.*interactions"
    ):
        contract("call")


def test_missing_columns_are_named_with_what_is_there_and_where_to_mend_it(prices):
    with pytest.raises(ContractError) as refused:
        prices().require_columns(["shop", "colour", "thing"], found_in="prices.csv")

    assert str(refused.value) == (
        "prices.csv does not meet the 'prices' contract: missing price, state;\n"
        "it has colour, shop, thing.\n"
        "Fix the producer, or change schemas/prices.odcs.yaml and say so in CHANGELOG.md."
    )


def test_more_columns_than_promised_are_no_fault(prices):
    prices().require_columns(
        ["thing", "shop", "price", "state", "colour"], found_in="prices.csv"
    )


# The contracts of the project


@pytest.mark.parametrize("table", names())
def test_a_contract_is_named_as_its_file(table):
    assert contract(table).name == table


@pytest.mark.parametrize("table", names())
def test_a_table_has_a_key_of_required_columns(table):
    promised = contract(table)
    required = {c.name for c in promised.columns if c.is_required}

    assert promised.key
    assert set(promised.key) <= required


@pytest.mark.parametrize("table", names())
def test_no_column_is_named_twice(table):
    column_names = contract(table).column_names

    assert sorted(column_names) == sorted(set(column_names))


TYPE_OF_NAME = {
    r".*_at$": {"timestamp"},
    r".*_date$": {"date"},
    r".*_seconds$": {"double"},
    r".*_count$": {"int", "bigint"},
    r".*_score$": {"double"},
    r"(is|has)_.*": {"boolean"},
    r".*_(id|label|code|key|version)$": {"string"},
}
"""STYLE's column names: what each form means."""


@pytest.mark.parametrize("table", names())
def test_a_column_s_name_says_its_type(table):
    wrong = [
        f"{column.name} {column.spark_type}"
        for column in contract(table).columns
        for form, types in TYPE_OF_NAME.items()
        if re.fullmatch(form, column.name) and column.spark_type not in types
    ]

    assert wrong == []


@pytest.mark.parametrize("table", names())
def test_every_measure_in_seconds_or_counts_begins_at_zero_or_above(table):
    unbounded = [
        c.name
        for c in contract(table).columns
        if re.fullmatch(r".*_(seconds|count)", c.name) and c.minimum is None
    ]

    assert unbounded == []


def test_the_same_name_has_the_same_type_in_every_table():
    types: dict[str, set[str]] = {}
    for table in names():
        for column in contract(table).columns:
            types.setdefault(column.name, set()).add(column.spark_type)

    # Sums over a day outgrow what one contact can count. The evidence of a tag are spans
    # of a text, that of a link is a sentence.
    counted = {"int", "bigint"}
    assert [n for n, t in types.items() if len(t) > 1 and t != counted] == ["evidence"]


def test_closed_lists_of_one_name_agree():
    lists: dict[str, set[tuple[str, ...]]] = {}
    for table in names():
        for column in contract(table).columns:
            if column.values is not None:
                # `unknown` stands for null where a column is part of a key.
                known = tuple(v for v in column.values if v != "unknown")
                lists.setdefault(column.name, set()).add(known)

    # A contact's end, a journey's end and a run's are different things under one word.
    different = {"outcome", "status"}
    assert {n for n, given in lists.items() if len(given) > 1} <= different


@pytest.mark.parametrize("table", names())
def test_words_of_customers_are_classified_as_masked_text(table):
    said = {"text", "subject", "comment", "turns", "excerpt"}

    assert {c.classification for c in contract(table).columns if c.name in said} <= {
        "masked text"
    }


@pytest.mark.parametrize("table", names())
def test_classifications_are_the_three_of_the_design(table):
    assert {c.classification for c in contract(table).columns} <= {
        "public",
        "pseudonymous",
        "masked text",
    }


@pytest.mark.parametrize("table", names())
def test_keys_of_people_are_classified_as_pseudonymous(table):
    people = {"customer_id", "handle_key", "handles", "agent_key"}

    assert {c.classification for c in contract(table).columns if c.name in people} <= {
        "pseudonymous"
    }


@pytest.mark.parametrize("table", names())
def test_a_description_is_a_sentence(table):
    described = [contract(table).description] + [
        c.description for c in contract(table).columns
    ]

    assert [d for d in described if not d.endswith((".", ")")) or len(d) < 5] == []


SQL = "and|or|not|null|is|count|case|when|then|end|over|partition|by|interval|days|to_date"


@pytest.mark.parametrize("table", names())
def test_a_rule_speaks_only_of_columns_that_exist(table):
    promised = contract(table)
    unknown = (
        {
            word
            for rule in promised.rules
            for word in re.findall(
                r"[a-z_]+", re.sub(r"'[^']*'", "", rule.broken_where.lower())
            )
        }
        - set(SQL.split("|"))
        - set(promised.column_names)
    )

    assert unknown == set()
