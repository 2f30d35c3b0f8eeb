"""The lake read without Spark: what the ledger asks at every step, and an operator by hand.

Spark takes ten seconds to start and half a second for each question; a table of some
thousand rows is read from its log and files in hundredths, one of millions in a second
where its rows stay Arrow's.
"""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.fs import SubTreeFileSystem

from jobs import lake_log, stores
from schemas.contracts import contract, names

Row = dict[str, Any]


def columns_of(
    root: str, table: str, wanted: Sequence[str], where: pc.Expression | None = None
) -> pa.Table:
    """Some columns of a table, as Arrow holds them: no row of it becomes Python.

    Empty before the table's first write.

    Args:
        root: the lake, a path or an address as Spark takes it. A store's credentials come
            from the environment (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL …).
        wanted: of the contract. One that a newer contract added is null in what was
            written before it.
        where: which rows, by columns that the table has had from its beginning; others
            are not read where their file says that it has none.

    Raises:
        LakeError: the table is there and cannot be read.
    """
    with lake_log.opened(root, table) as held:
        if held is None:
            return pa.table({name: pa.nulls(0) for name in wanted})
        # Arrow's own file system: its threads, still closing files when Python ends, may
        # not call into delta-rs's, which is Python. That aborted 18 of 30 commands that had read the quarantine.
        filesystem, path = stores.opened(f"{root.rstrip('/')}/{table}")
        files = held.to_pyarrow_dataset(filesystem=SubTreeFileSystem(path, filesystem))
        there = [name for name in wanted if name in files.schema.names]
        read = files.to_table(columns=there, filter=where)
    for name in set(wanted) - set(there):
        read = read.append_column(name, pa.nulls(len(read)))
    return read.select(list(wanted))


def rows(
    root: str,
    table: str,
    columns: Sequence[str] | None = None,
    where: pc.Expression | None = None,
) -> list[Row]:
    """Rows of a small table, or the few of a large one, instants in UTC.

    Args:
        root: see `columns_of`, as for the others.
        columns: all by default.
        where: all by default.

    Raises:
        LakeError: the table is there and cannot be read.
    """
    wanted = list(columns or contract(table).column_names)
    read = columns_of(root, table, wanted, where)
    return list(read.to_pylist(maps_as_pydicts="strict"))


def data_files(root: str, table: str) -> list[str]:
    """Addresses of the Parquet files that make up a table now; none before its first write.

    Raises:
        LakeError: the table is there and cannot be read.
    """
    with lake_log.opened(root, table) as held:
        found = [] if held is None else held.file_uris()
    # A local path comes percent-encoded and without its scheme.
    return [uri if "://" in uri else f"file://{uri}" for uri in found]


def table_bytes(root: str, table: str) -> int:
    """Bytes of the files that make up a table now; 0 before its first write.

    Raises:
        LakeError: the table is there and cannot be read.
    """
    with lake_log.opened(root, table) as held:
        return 0 if held is None else lake_log.byte_count(held)


def size_bytes(root: str) -> int:
    """Bytes of the files that make up all tables now.

    Raises:
        LakeError: a table is there and cannot be read.
    """
    return sum(table_bytes(root, table) for table in names())
