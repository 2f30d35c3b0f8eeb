"""The lake read without Spark: what the ledger asks at every step, and an operator by hand.

Spark takes ten seconds to start and half a second for each question; a table of some
thousand rows is read from its log and files in hundredths.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError
from pyarrow import ArrowException
from pyarrow.fs import SubTreeFileSystem

from jobs import stores
from schemas.contracts import contract, names
from schemas.errors import LakeError

Row = dict[str, Any]


def rows(root: str, table: str, columns: Sequence[str] | None = None) -> list[Row]:
    """Every row of a small table, instants in UTC; none before its first write.

    Args:
        root: the lake, a path or an address as Spark takes it. A store's credentials come
            from the environment (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL …).
        columns: of the contract; all by default. One that a newer contract added is null
            in what was written before it.

    Raises:
        LakeError: the table is there and cannot be read.
    """
    wanted = list(columns or contract(table).column_names)
    with _opened(root, table) as held:
        if held is None:
            return []
        # Arrow's own file system: its threads, still closing files when Python ends, may
        # not call into delta-rs's, which is Python. That aborted 18 of 30 commands that had read the quarantine.
        filesystem, path = stores.opened(f"{root.rstrip('/')}/{table}")
        files = held.to_pyarrow_dataset(filesystem=SubTreeFileSystem(path, filesystem))
        there = [name for name in wanted if name in files.schema.names]
        read = files.to_table(columns=there).to_pylist(maps_as_pydicts="strict")
    return [dict.fromkeys(wanted) | row for row in read]


def data_files(root: str, table: str) -> list[str]:
    """Addresses of the Parquet files that make up a table now; none before its first write.

    Raises:
        LakeError: the table is there and cannot be read.
    """
    with _opened(root, table) as held:
        found = [] if held is None else held.file_uris()
    # A local path comes percent-encoded and without its scheme.
    return [uri if "://" in uri else f"file://{uri}" for uri in found]


def table_bytes(root: str, table: str) -> int:
    """Bytes of the files that make up a table now; 0 before its first write.

    Raises:
        LakeError: the table is there and cannot be read.
    """
    with _opened(root, table) as held:
        if held is None:
            return 0
        return sum(held.get_add_actions(flatten=True).column("size_bytes").to_pylist())


def size_bytes(root: str) -> int:
    """Bytes of the files that make up all tables now.

    Raises:
        LakeError: a table is there and cannot be read.
    """
    return sum(table_bytes(root, table) for table in names())


@contextmanager
def _opened(root: str, table: str) -> Iterator[DeltaTable | None]:
    place = stores.for_arrow(f"{root.rstrip('/')}/{table}")
    try:
        yield DeltaTable(place) if DeltaTable.is_deltatable(place) else None
    except (DeltaError, ArrowException, OSError) as error:
        raise LakeError(
            f"{table} in the lake {root} cannot be read: {error}\n"
            "See that it is there and that this user may read it: verbatim doctor"
        ) from error
