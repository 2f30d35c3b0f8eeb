"""What the unit tests share."""

import warnings

with warnings.catch_warnings():
    # Great Expectations imports these modules of the standard library, which warn that
    # they will go: loaded here once, they are quiet there, and other warnings stay errors.
    warnings.simplefilter("ignore", DeprecationWarning)
    import sre_constants  # noqa: F401
    import sre_parse  # noqa: F401
