"""`verbatim doctor`: what is wrong with this machine or these settings, and how to mend it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jobs import settings as settings_module
from jobs.settings import Settings
from report import settings as report_settings
from schemas.errors import VerbatimError

FREE_GIB = 2
"""A demo with its lake and marts takes under half of it."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    is_well: bool
    found: str
    remedy: str = ""


def examine(file: Path) -> list[Finding]:
    """Look at everything a run needs; never raises."""
    findings = [_python(), _java(), _spark()]
    try:
        settings = settings_module.load(file)
    except VerbatimError as error:
        return [*findings, Finding("settings", False, str(error), "mend the file")]
    findings.append(Finding("settings", True, f"{file}: {settings.company.name}"))
    findings.append(_report(file))
    looks: dict[str, Callable[[Settings], Finding]] = {
        "pseudonym key": _key,
        "jars": _jars,
        "drop folder": _drop,
        "lake": _lake,
        "disk": _disk,
        "tagger": _tagger,
    }
    return findings + [_looked(what, look, settings) for what, look in looks.items()]


def _looked(
    what: str, look: Callable[[Settings], Finding], settings: Settings
) -> Finding:
    try:
        return look(settings)
    except OSError as error:
        remedy = "let this user read it, and what is above it"
        return Finding(what, False, str(error), remedy)


def _report(file: Path) -> Finding:
    """The report reads its own section: a fault there would be told on Monday."""
    try:
        report_settings.load(file)
    except VerbatimError as error:
        return Finding("weekly report", False, str(error), "mend the file")
    return Finding("weekly report", True, "its section can be read")


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(
        "python",
        sys.version_info[:2] == (3, 11),
        version,
        "use Python 3.11: the locked versions are for it",
    )


def _java() -> Finding:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin/java")) if home else shutil.which("java")
    remedy = "install Java 17: apt-get install openjdk-17-jre-headless"
    if java is None or not Path(java).exists():
        return Finding("java", False, "not found", remedy)
    try:
        told = subprocess.run(
            [java, "-version"], capture_output=True, text=True, check=False
        ).stderr
    except OSError as error:
        return Finding(
            "java", False, f"{java} does not start: {error.strerror}", remedy
        )
    # Other lines tell of JAVA_TOOL_OPTIONS and the like, some before it.
    lines = [line for line in told.splitlines() if " version " in line]
    version = lines[0] if lines else "does not say its version"
    return Finding("java", re.search(r'"17[".]', version) is not None, version, remedy)


def _spark() -> Finding:
    try:
        import pyspark
    except ImportError:
        return Finding("spark", False, "pyspark is not installed", "make setup")
    return Finding("spark", True, pyspark.__version__)


def _key(settings: Settings) -> Finding:
    try:
        settings.secret  # noqa: B018 - reading it is the check
    except VerbatimError as error:
        lines = str(error).splitlines()
        return Finding("pseudonym key", False, lines[0], " ".join(lines[1:]))
    is_given = settings.pseudonym_key is not None
    found = "set" if is_given else f"the demo's own, {settings.demo_key}"
    return Finding("pseudonym key", True, found)


def _jars(settings: Settings) -> Finding:
    folder = Path(settings.path(settings.spark.jars))
    jars = sorted(path.name for path in folder.glob("*.jar"))
    has_delta = any(name.startswith("delta-spark") for name in jars)
    return Finding(
        "jars",
        has_delta,
        f"{len(jars)} in {folder}",
        "get them with: make setup, or name their folder: jars under [spark]",
    )


def _drop(settings: Settings) -> Finding:
    if "://" in settings.drop:
        return Finding("drop folder", True, f"{settings.drop} (not looked at)")
    is_there = Path(settings.drop).is_dir()
    return Finding(
        "drop folder",
        is_there,
        settings.drop if is_there else f"{settings.drop} is not there",
        "make the demo company's with: verbatim demo"
        if settings.demo
        else "set paths.drop to where the sources leave their files, or mount it",
    )


def _lake(settings: Settings) -> Finding:
    if "://" in settings.lake:
        return Finding("lake", True, f"{settings.lake} (not looked at)")
    place = Path(settings.lake)
    while not place.exists():
        place = place.parent
    return Finding(
        "lake",
        os.access(place, os.W_OK),
        settings.lake,
        f"{place} cannot be written: change its owner, or paths.lake",
    )


def _disk(settings: Settings) -> Finding:
    place = settings.marts_folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 2**30
    return Finding(
        "disk",
        free >= FREE_GIB,
        f"{free:.0f} GiB free at {place}",
        f"free at least {FREE_GIB} GiB, or set paths elsewhere",
    )


def _tagger(settings: Settings) -> Finding:
    import nlp

    try:
        settings.require_own()
        version = nlp.version(settings.own)
    except (VerbatimError, OSError) as error:
        return Finding("tagger", False, str(error), "mend the taxonomy, or set none")
    return Finding("tagger", True, version)
