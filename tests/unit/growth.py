"""How the time of a piece of work grows with its input, for tests of a ratio in one run."""

import gc
from collections.abc import Callable
from time import process_time

TOO_SHORT = 0.002
"""Seconds; below it the clock and the caches say more than the work."""


def growth(work: Callable[[str], object], short: str, long: str) -> float:
    """How many times as long as with `short` the work takes with `long`.

    The fastest of three runs counts, and the garbage collector rests: one of its full rounds
    through what thousands of tests have left takes longer than the work does.
    """
    return least_seconds(work, long) / max(least_seconds(work, short), TOO_SHORT)


def least_seconds(work: Callable[[str], object], text: str) -> float:
    gc.disable()
    try:
        return min(seconds(work, text) for _ in range(3))
    finally:
        gc.enable()


def seconds(work: Callable[[str], object], text: str) -> float:
    began = process_time()
    work(text)
    return process_time() - began
