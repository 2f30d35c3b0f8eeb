"""What a company may put in the place of what is shipped. Importing this brings no library."""

from pathlib import Path
from typing import NamedTuple

# What `verbatim train` writes into its folder, and the tagger reads there.
OWN_MODEL, OWN_TAXONOMY = "labels.npz", "taxonomy.yaml"


class Own(NamedTuple):
    """A company's own files; null: as shipped."""

    taxonomy: Path | None = None
    labels: Path | None = None  # a folder that `verbatim train` wrote


SHIPPED = Own()
