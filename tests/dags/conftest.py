"""Tests of the DAGs run in Airflow's environment: `make test` calls its pytest on them.

The jobs' environment has no Airflow; its pytest collects nothing here.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]

HAS_AIRFLOW = find_spec("airflow") is not None

collect_ignore_glob = [] if HAS_AIRFLOW else ["*.py"]

if HAS_AIRFLOW:
    # Before anything imports Airflow, which reads these once. No test touches the
    # database of `make airflow`.
    os.environ["AIRFLOW_HOME"] = str(ROOT / "var/test-airflow")
    os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = str(ROOT / "dags")
    os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
    os.environ["AIRFLOW__OPENLINEAGE__DISABLED"] = "True"
    os.environ["VERBATIM_FIRST_DAY"] = "2026-02-01"
    sys.path.insert(0, str(ROOT))

    import pytest
    from airflow.dag_processing.dagbag import DagBag

    @pytest.fixture(scope="session")
    def bag() -> DagBag:
        """The DAGs, as Airflow itself loads them."""
        return DagBag(dag_folder=str(ROOT / "dags"))

    @pytest.fixture(scope="session")
    def voc_daily(bag):
        return bag.dags["voc_daily"]

    def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
        """What takes minutes comes last: the rules fail sooner."""
        items.sort(key=lambda item: item.get_closest_marker("slow") is not None)
