"""The locks and what is installed → docs/licences.md: `python -m jobs.licences`.

Whoever passes Verbatim on, as an image say, passes on what it is built with. The page says
under which terms, as each package states them itself. A test fails while it is stale.
"""

import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, distributions
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "licences.md"
HERE = Path(sys.prefix)
AIRFLOW = ROOT / ".venv-airflow"


@dataclass(frozen=True)
class Lock:
    """A lock, and where what it lists is installed."""

    name: str
    heading: str
    environment: Path


LOCKS = (
    Lock("jobs.lock", "Where it runs", HERE),
    Lock("dev.lock", "Tests and checks only, in no image", HERE),
    Lock("setup.lock", "What installs the rest", HERE),
    Lock("airflow.lock", "Airflow, in an environment and an image of its own", AIRFLOW),
)

SPELLED = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD",
    "ISC License": "ISC",
    "MIT -or- Apache License 2.0": "MIT OR Apache-2.0",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""What packages write, as SPDX spells it; `BSD` where they do not say which."""

READ = {
    # states nothing; it is of one repository with openlineage-python
    "openlineage-sql": "Apache-2.0",
    "psycopg2-binary": "LGPL-3.0-or-later with exceptions",
    "pyphen": "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "python-stdnum": "LGPL-2.1-or-later",
    "text-unidecode": "Artistic-1.0 OR GPL-2.0-or-later",
    "textblob-fr": "MIT",
}
"""Of packages whose metadata says too little: what the text of the licence says."""

NOTES = {
    "certifi": "A list of certificates. The MPL asks only that changes to its own files "
    "be published; there are none.",
    "hypothesis": "Tests only. Unchanged.",
    "pathspec": "Of mypy's and Airflow's. Unchanged.",
    "psycopg2-binary": "Airflow's own database, where that is PostgreSQL. Unchanged; the "
    "exceptions let anything be linked to it.",
    "pyphen": "Hyphenates the report (of WeasyPrint's); its patterns are files of their "
    "own under GPL, LGPL or MPL, the French ones LGPL. Of the three licences the MPL is "
    "taken. Unchanged; a printed report is no part of it.",
    "python-stdnum": "Check digits and ranges for the masking. Imported as it is "
    "installed, unchanged, and replaced by installing another version: which is what the "
    "LGPL asks for. An image that is passed on keeps its `COPYING` (it lies beside the "
    "package) and says where its source is: the package index.",
    "text-unidecode": "Of Airflow's (python-slugify's). Taken under the Artistic licence, "
    "unchanged.",
    "tqdm": "Progress bars (of nltk's and great-expectations'). Unchanged.",
}
"""What to mind, of every package with a licence that reaches beyond itself."""

NO_WORD = re.compile(r"\n|Copyright|UNKNOWN")
"""What stands in a package's licence field and names none."""

COPYLEFT = re.compile(r"GPL|MPL|EPL|CDDL|EUPL|Mozilla|GNU|Artistic")

BESIDE = """\
## What is in the packages

* **Word lists** are read as data. VADER's is MIT, as its package. Those of `textblob` and `textblob-fr`
  (`en-sentiment.xml`, `fr-sentiment.xml`, from pattern) state the PDDL, the public domain, in their first lines. `textblob-fr` also
  brings `fr-lexicon.txt`, made from Lefff (LGPL-LR): nothing here opens it.
* **Wheels bring libraries of their own**, numpy and scipy OpenBLAS and the run-time of GCC (GPL with the exception that allows any use), `psycopg2-binary`
  libpq and OpenSSL. Their terms lie in the package's `.dist-info` folder.
* **pyspark brings some 300 jars**; their terms are in its `licenses` folder. It is the Apache Software Foundation's rule that none of them
  binds more than the EPL or CDDL do: unchanged, with their notices.
* **An image** has Debian's packages too: OpenJDK (GPL with the Classpath exception), pango (LGPL), fonts. Their terms are in `/usr/share/doc`.
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Every package of every lock, those to mind first."""
    lines = [
        "# Licences",
        "",
        "<!-- Made by `python -m jobs.licences`. Change it there. -->",
        "",
        "Verbatim is under the [Apache License 2.0](../LICENSE). What it is built with "
        "is not part of it: set-up fetches the versions",
        "that the locks in `requirements/` name. Below are the terms, as each package "
        "states them of itself. This is no legal advice.",
        "",
        "## To mind",
        "",
        "Licences that ask for something when a copy is changed or passed on. Nothing "
        "below is changed or copied into Verbatim.",
        "",
        "| package | licence | |",
        "| --- | --- | --- |",
    ]
    stated = {
        name: said for lock in LOCKS for name, (_, said) in packages(lock).items()
    }
    lines += [
        f"| {name} | {said} | {NOTES[name]} |"
        for name, said in sorted(stated.items())
        if COPYLEFT.search(said)
    ]
    lines.append("")
    for lock in LOCKS:
        lines += section(lock)
    return "\n".join([*lines, *_jars(), BESIDE])


def section(lock: Lock) -> list[str]:
    """The packages of one lock, without those of the jobs' that it shares."""
    return [
        f"## {lock.heading}",
        "",
        f"`requirements/{lock.name}`.",
        "",
        "| package | version | licence |",
        "| --- | --- | --- |",
        *(
            f"| {name} | {version} | {said} |"
            for name, (version, said) in packages(lock).items()
        ),
        "",
    ]


def packages(lock: Lock) -> dict[str, tuple[str, str]]:
    """Package → version and licence.

    Raises:
        LookupError: one is not installed, or in another version, or states no licence.
    """
    installed = {
        re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower(): found
        for found in distributions(
            path=[str(lock.environment / "lib" / "python3.11" / "site-packages")]
        )
    }
    pinned = _pinned(lock.name)
    if lock.name == "dev.lock":
        pinned = {n: v for n, v in pinned.items() if n not in _pinned("jobs.lock")}
    found = {}
    for name, version in pinned.items():
        if name not in installed or installed[name].version != version:
            raise LookupError(
                f"{name} {version} of {lock.name} is not installed in "
                f"{lock.environment}: make setup .venv-airflow/synced"
            )
        found[name] = (version, licence(name, installed[name].metadata))
    return found


def licence(name: str, stated: PackageMetadata) -> str:
    """What a package says of itself: the expression, else a short word, else the list.

    Raises:
        LookupError: nothing that says which.
    """
    listed = [
        entry.rpartition(" :: ")[2]
        for entry in stated.get_all("Classifier") or []
        if entry.startswith("License :: OSI Approved :: ")
    ]
    (expression,) = stated.get_all("License-Expression") or [None]
    (word,) = stated.get_all("License") or [""]
    is_short = 0 < len(word) < 40 and not NO_WORD.search(word)
    said = (
        READ.get(name)
        or expression
        or (word if is_short else " OR ".join(SPELLED.get(it, it) for it in listed))
    )
    if not said:
        raise LookupError(
            f"{name} states no licence: read its text, and say so in READ"
        )
    return SPELLED.get(said, said)


def _pinned(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==(\S+)", text, re.MULTILINE))


def _jars() -> list[str]:
    """The jars beside Spark's own; each says Apache-2.0 in its POM."""
    tree = ElementTree.parse(ROOT / "requirements" / "jars.xml")
    return [
        "## Jars",
        "",
        "`requirements/jars.xml`. A Kafka broker, for the tests only, is "
        "`requirements/broker.xml`: Apache-2.0, as most of what it brings.",
        "",
        "| jar | version | licence |",
        "| --- | --- | --- |",
        *(
            f"| {jar.attrib['org']}:{jar.attrib['name']} | {jar.attrib['rev']} "
            "| Apache-2.0 |"
            for jar in tree.iter("dependency")
        ),
        "",
    ]


if __name__ == "__main__":
    main()
