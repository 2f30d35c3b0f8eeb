"""One address, spelled as each reader wants it."""

import pytest
from pyarrow import fs

from jobs import stores


@pytest.mark.parametrize("stated", ["s3://voc/drop", "s3a://voc/drop"])
def test_a_store_has_arrow_s_name_and_hadoop_s(stated):
    assert stores.for_arrow(stated) == "s3://voc/drop"
    assert stores.for_spark(stated) == "s3a://voc/drop"


def test_a_folder_is_what_it_is(tmp_path):
    filesystem, path = stores.opened(f"{tmp_path}/")

    assert isinstance(filesystem, fs.LocalFileSystem)
    assert (path, stores.for_spark(path)) == (str(tmp_path), str(tmp_path))


@pytest.mark.parametrize("stated", ["s3://voc/lake/", "s3a://voc/lake/"])
def test_both_names_open_the_same_store(stated, monkeypatch):
    # Nothing is fetched: a store is asked only when something in it is.
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.setenv(name, "eu-west-3")

    filesystem, path = stores.opened(f"{stated}?region=eu-west-3")

    assert (filesystem.type_name, path) == ("s3", "voc/lake")
