"""What the transforms do in a worker: follow chains of replies, join handles to groups."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.transforms.contact_interactions import _followed
from jobs.transforms.identity import _components

PAIRS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")))


def followed(leads, *, per_batch=3):
    """Where each node leads in the end."""
    shape = pa.schema(
        [("interaction_id", pa.string()), ("conversation_id", pa.string())]
    )
    [found] = _followed(batches(list(leads.items()), shape, per_batch))
    return dict(zip(*(column.to_pylist() for column in found.columns), strict=True))


def components(edges, *, per_batch=3):
    shape = pa.schema([("a", pa.string()), ("b", pa.string())])
    found = list(_components(batches(edges, shape, per_batch)))
    return {
        key: smallest
        for batch in found
        for key, smallest in zip(
            *(column.to_pylist() for column in batch.columns), strict=True
        )
    }


def batches(pairs, shape, per_batch):
    for place in range(0, len(pairs), per_batch):
        part = pairs[place : place + per_batch]
        columns = list(zip(*part, strict=True))
        yield pa.RecordBatch.from_arrays([pa.array(c) for c in columns], schema=shape)


@pytest.mark.parametrize(
    ("leads", "starts"),
    [
        ({"b": "a"}, {"b": "a"}),
        ({"c": "b", "b": "a"}, {"c": "a", "b": "a"}),
        ({"b": "a", "c": "b"}, {"c": "a", "b": "a"}),
        ({"b": "a", "d": "c"}, {"b": "a", "d": "c"}),
        ({"b": "a", "c": "a"}, {"b": "a", "c": "a"}),
    ],
)
def test_a_reply_leads_to_the_start_of_its_chain(leads, starts):
    assert followed(leads) == starts


@pytest.mark.parametrize(
    ("leads", "starts"),
    [
        ({"b": "a", "a": "b"}, {"a": "a", "b": "a"}),
        ({"c": "b", "b": "c"}, {"b": "b", "c": "b"}),
        ({"a": "c", "c": "b", "b": "c"}, {"a": "b", "b": "b", "c": "b"}),
        ({"c": "b", "b": "c", "a": "c"}, {"a": "b", "b": "b", "c": "b"}),
    ],
)
def test_records_that_answer_each_other_lead_to_the_smallest_of_them(leads, starts):
    assert followed(leads) == starts


@given(PAIRS, st.randoms())
def test_the_order_of_delivery_changes_no_start(pairs, random):
    leads = {a: b for a, b in pairs if a != b}
    if not leads:
        return
    shuffled = list(leads.items())
    random.shuffle(shuffled)

    assert followed(dict(shuffled), per_batch=1) == followed(leads, per_batch=9)


def test_a_long_chain_is_followed_in_time_that_grows_with_its_length():
    length = 20_000
    leads = {str(n + 1): str(n) for n in range(length)}

    for given_as in (leads, dict(reversed(leads.items()))):
        assert set(followed(given_as, per_batch=5_000).values()) == {"0"}


@pytest.mark.parametrize(
    ("edges", "groups"),
    [
        ([("b", "a")], {"a": "a", "b": "a"}),
        ([("b", "c"), ("a", "c")], {"a": "a", "b": "a", "c": "a"}),
        ([("a", "b"), ("d", "c")], {"a": "a", "b": "a", "c": "c", "d": "c"}),
        ([("a", "b"), ("b", "a"), ("a", "b")], {"a": "a", "b": "a"}),
        ([], {}),
    ],
)
def test_handles_seen_together_are_named_by_the_smallest_of_them(edges, groups):
    assert components(edges) == groups


@given(PAIRS)
def test_handles_are_in_one_group_exactly_when_a_way_leads_from_one_to_the_other(pairs):
    group = {key: {key} for pair in pairs for key in pair}
    for a, b in pairs:
        joined = group[a] | group[b]
        for key in joined:
            group[key] = joined

    assert components(pairs, per_batch=2) == {key: min(g) for key, g in group.items()}
