import pytest

from jobs import documents
from schemas import contracts, marts


@pytest.mark.parametrize("page", documents.pages())
def test_the_page_says_what_the_contracts_say_now(page):
    written = (documents.FOLDER / page).read_text(encoding="utf-8")

    assert written == documents.pages()[page], (
        f"docs/{page} is stale: run python -m jobs.documents"
    )


def test_every_table_and_view_has_its_section():
    sections = {
        line.removeprefix("## ")
        for line in documents.tables_page().splitlines()
        if line.startswith("## ")
    }

    assert {
        *contracts.names(),
        *marts.views(),
        *(m.name for m in marts.marts()),
    } == sections - {"In the marts", "In the lake only"}


def test_a_column_shows_its_type_its_list_and_what_it_must_not_reveal():
    column = contracts.Column(
        name="segment",
        spark_type="string",
        description="Business | private.",
        is_required=False,
        classification="pseudonymous",
        unit=None,
        values=("b2b", "b2c"),
        minimum=None,
        maximum=None,
    )

    assert documents._column(column) == (
        "| `segment` | varchar, may be null | Business \\| private. `b2b` · `b2c`. "
        "*Pseudonymous.* |"
    )


def test_every_column_of_every_view_is_described():
    for view in marts.views():
        assert all(not row.endswith("|  |") for row in documents._view(view))


def test_every_view_named_by_a_metric_is_published():
    published = {m.name for m in marts.marts()} | set(marts.views())

    assert {metric.view for metric in marts.metrics()} <= published
