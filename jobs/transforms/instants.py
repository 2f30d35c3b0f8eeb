"""The distance between two instants, as every rule here measures it."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def seconds_between(start: Column, end: Column) -> Column:
    """Seconds from one timestamp to another, fractions kept; negative when it is earlier."""
    return (F.unix_micros(end) - F.unix_micros(start)) / 1_000_000
