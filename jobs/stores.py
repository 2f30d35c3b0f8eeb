"""Folders and object stores: one address in the settings, spelled as each reader wants it.

What everyone calls `s3://` is `s3a://` to Hadoop, and so to Spark. Either may stand in the
settings; who opens an address asks here.
"""

from pyarrow import fs


def opened(address: str) -> tuple[fs.FileSystem, str]:
    """The file system that an address is in, and the path there.

    Args:
        address: a path of this machine, or the address of a store. A store's credentials
            come from the environment (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL …).
    """
    if "://" not in address:
        return fs.LocalFileSystem(), address.rstrip("/")
    filesystem, path = fs.FileSystem.from_uri(for_arrow(address))
    return filesystem, path.rstrip("/")


def for_arrow(address: str) -> str:
    """As Arrow and delta-rs spell it."""
    return address.replace("s3a://", "s3://", 1)


def for_spark(address: str) -> str:
    """As Hadoop spells it."""
    return address.replace("s3://", "s3a://", 1)
