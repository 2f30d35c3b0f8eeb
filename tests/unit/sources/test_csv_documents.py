import csv
from io import BytesIO, StringIO

from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.sources import csv_documents
from jobs.sources.records import Origin

ORIGIN = Origin("s", "f.csv")


def split(content, **options):
    return list(csv_documents.split(BytesIO(content), ORIGIN, **options))


def cells(content, **options):
    """The cells of every row, over all documents."""
    found = []
    for document in split(content, **options):
        table = csv_documents.table(document.content)
        found.extend(row.cells for row in table.rows)
    return found


def faults(content):
    return [
        (row.text, row.fault)
        for document in split(content)
        for row in csv_documents.table(document.content).rows
        if row.fault
    ]


def test_every_document_carries_the_header():
    documents = split(b"id,x\n1,a\n2,b\n3,c\n", rows_per_document=2)

    assert [d.content for d in documents] == [b"id,x\n1,a\n2,b\n", b"id,x\n3,c\n"]


def test_a_document_s_locator_is_its_first_row_s_byte_in_the_file():
    documents = split(b"id,x\n1,a\n2,b\n3,c\n", rows_per_document=2)

    assert [d.origin.locator for d in documents] == ["byte 5", "byte 13"]


def test_bytes_are_counted_in_the_file_s_own_encoding():
    content = "id\té😀\n1\tü\n2\tx\n".encode("utf-16")

    documents = split(content, rows_per_document=1)

    places = [int(d.origin.locator.removeprefix("byte ")) for d in documents]
    assert [content[place:][:2].decode("utf-16-le") for place in places] == ["1", "2"]


def test_a_quoted_line_end_does_not_end_the_row():
    content = b'id,x\r\n1,"a\r\nb, ""c"""\r\n2,d\r\n'

    assert cells(content, rows_per_document=1) == [["1", 'a\r\nb, "c"'], ["2", "d"]]


def test_delimiters_are_told_from_the_header():
    assert cells(b"id;x\n1;a,b\n") == [["1", "a,b"]]
    assert cells(b"id\tx\n1\ta,b;c\n") == [["1", "a,b;c"]]
    assert cells(b'"a;b;c",x\n1,2\n') == [["1", "2"]]


def test_excel_s_separator_line_is_no_row():
    assert cells(b"sep=;\r\nid;x\r\n1;a\r\n") == [["1", "a"]]


def test_encodings_are_told_apart():
    for encoding in (
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "cp1252",
    ):
        assert cells("id,prénom\n1,Léa\n".encode(encoding)) == [["1", "Léa"]], encoding


def test_a_line_of_windows_1252_in_a_file_of_utf_8_is_read_too():
    content = "id,x\n1,é\n".encode() + "2,é\n".encode("cp1252")

    assert cells(content) == [["1", "é"], ["2", "é"]]


def test_line_ends_of_old_macintosh_files_end_rows():
    assert cells(b"id,x\r1,a\r2,b\r") == [["1", "a"], ["2", "b"]]


def test_rows_without_text_are_no_rows():
    assert cells(b"id,x\n,\n1,a\n\n , \n2,b\n\n") == [["1", "a"], ["2", "b"]]


def test_a_row_may_leave_out_its_last_empty_cells():
    assert cells(b"id,x,y\n1\n2,b\n") == [["1", "", ""], ["2", "b", ""]]


def test_a_row_with_more_cells_than_the_header_is_broken():
    assert faults(b"id,x\n1,a,b\n") == [
        ("1,a,b\n", "3 cells where the header has 2"),
    ]
    assert cells(b"id,x\n1,a,,\n") == [["1", "a"]]


def test_a_quote_that_is_never_closed_costs_its_own_line_only():
    content = b'id,x\n1,"oops\n2,b\n3,c\n'

    assert cells(content) == [[], ["2", "b"], ["3", "c"]]
    assert faults(content) == [
        ('1,"oops\n', "a quote is opened and never closed"),
    ]


def test_a_quote_closed_by_a_later_row_s_opening_quote_swallows_no_row():
    content = b'id,x,y\n1,"oops,1\n2,b,2\n3,"c",3\n'

    assert cells(content) == [[], ["2", "b", "2"], ["3", "c", "3"]]


def test_a_cell_longer_than_any_answer_has_lost_its_quote():
    long = b'id,x\n1,"' + b"word\n" * (csv_documents.LONGEST_CELL // 5 + 2) + b'"\n'

    documents = split(long)

    first = csv_documents.table(documents[0].content)
    assert next(first.rows).fault is not None
    assert len(documents) > 1


def test_a_file_without_rows_is_one_document_of_its_header():
    assert [d.content for d in split(b"id,x")] == [b"id,x\n"]


def test_an_empty_file_holds_no_document():
    assert split(b"") == []
    assert split(b"\n \n") == []
    assert csv_documents.table(b"") is None


def test_column_names_are_compared_without_accents_case_and_marks():
    assert csv_documents.column_name(" N° de Téléphone ") == "n_de_telephone"


texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r"), min_size=1, max_size=8
).filter(str.strip)


@settings(max_examples=150)
@given(
    rows=st.lists(st.tuples(texts, texts, texts), max_size=12),
    rows_per_document=st.integers(1, 5),
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    block=st.integers(1, 7),
)
def test_splitting_gives_back_all_rows(
    rows, rows_per_document, delimiter, line_end, encoding, block
):
    written = StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(["id", "first", "second"])
    writer.writerows(rows)
    content = written.getvalue().encode(encoding)

    class Pipe(BytesIO):
        def read(self, size=-1):
            return super().read(min(size, block))

    documents = list(
        csv_documents.split(Pipe(content), ORIGIN, rows_per_document=rows_per_document)
    )

    read = [
        tuple(row.cells)
        for document in documents
        for row in csv_documents.table(document.content).rows
    ]
    assert read == rows


@settings(max_examples=150)
@given(
    body=st.text('ab,"\n', max_size=60),
    rows_per_document=st.integers(1, 4),
)
def test_a_broken_file_gives_the_same_rows_in_any_cutting(body, rows_per_document):
    content = ("id,x\n" + body).encode()

    cut = [
        (row.cells, row.text.rstrip("\n"), row.fault is None)
        for document in split(content, rows_per_document=rows_per_document)
        for row in csv_documents.table(document.content).rows
    ]

    whole = csv_documents.table(content)
    assert cut == [
        (row.cells, row.text.rstrip("\n"), row.fault is None) for row in whole.rows
    ]


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise(content):
    for document in split(content, rows_per_document=3):
        table = csv_documents.table(document.content)
        if table is not None:
            list(table.rows)


def test_utf_8_that_was_taken_for_windows_1252_and_written_again_is_read():
    content = "Prénom,Mot\nLéa,“déçue”\n".encode()
    doubled = "".join(
        bytes([b]).decode("latin-1" if b in b"\x81\x8d\x8f\x90\x9d" else "cp1252")
        for b in content
    ).encode()

    found = csv_documents.table(doubled)

    assert found is not None
    assert found.header == [["Prénom", "Mot"]]
    assert [row.cells for row in found.rows] == [["Léa", "“déçue”"]]


def test_a_line_that_only_tells_of_such_letters_stays():
    found = csv_documents.table("mot\nÉcrit « Ã© » pour é\n".encode())

    assert found is not None
    assert [row.cells for row in found.rows] == [["Écrit « Ã© » pour é"]]
