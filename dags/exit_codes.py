"""Which failures another try mends: one rule for whatever a task starts."""

from collections.abc import Collection

from airflow.sdk.exceptions import AirflowFailException

from dags.defaults import RUNBOOK

TELLS_THE_SAME_AGAIN = {
    10: "a table breaks its contract",
    11: "settings or key are wrong",
    13: "the ledger does not add up",
    15: "a table lacks a column, or a contract is wrong",
    17: "what was asked for is not there",
}
"""Exit codes (docs/runbook.md) that no second try mends: whoever is on call hears at once."""


def stop_at(
    task: str, code: int | None, said: str, *, waits_for: Collection[int] = ()
) -> None:
    """Fail a task for good where another try would only tell the same again.

    Args:
        code: what the task's program ended with, if it is known.
        said: what it printed last.
        waits_for: codes of what this task waits for by trying again.

    Raises:
        AirflowFailException: no further try; says what broke and where to look.
    """
    why = TELLS_THE_SAME_AGAIN.get(code) if code is not None else None
    if why is None or code in waits_for:
        return
    raise AirflowFailException(
        f"{task}: {why} (exit code {code}). Trying again would not help.\n{said}\n"
        f"The last marts stay in place. What to do: {RUNBOOK}, exit code {code}."
    )
