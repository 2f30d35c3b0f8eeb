"""What the readers' tests share."""

from io import BytesIO
from typing import Any

from jobs.sources.records import Origin, Reader


def everything(reader: Reader, content: bytes, origin: Origin) -> list[Any]:
    """All that a reader makes of a file's bytes, in order."""
    return [
        outcome
        for document in reader.split(BytesIO(content), origin)
        for outcome in reader.parse(document.content, document.origin)
    ]
