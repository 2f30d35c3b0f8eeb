"""Posts on X, as its APIs give them: pages, single posts, stream lines, archives.

An interaction is a post in `data`. What stands in `includes` (quoted posts, posts that
are answered, earlier versions) is context and yields nothing. What is surprising in a
post is told in `posts`; the shapes of before API v2 (v1.1, account activity, the
archive of an account) are in `older`. The activity API wraps both, one event a time.

Source: X API v2 data dictionary and activity event payloads; twarc's page, stream and flattened lines. Fields of
`dm_event` were seen in client libraries only.
"""

from jobs.sources.x.reader import READER, parse

__all__ = ["READER", "parse"]
