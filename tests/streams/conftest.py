"""Of the stream, too, these look at rules and not at engines."""

from tests.integration.conftest import interpreted

__all__ = ["interpreted"]
