"""Of the stream, too, these look at rules and not at engines."""

from tests.integration.conftest import in_one_task

__all__ = ["in_one_task"]
