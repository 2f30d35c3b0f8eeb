"""Labels of a company's own, learnt from its lines and said by the tagger."""

import json

import pytest

import nlp
from jobs.settings import load
from nlp import own_labels
from nlp.labelled import Labelled, clean, read_labelled
from nlp.own import Own
from schemas.errors import InputError

COMPANY = """
[company]
name = "Meridian Mutual"
time_zone = "Europe/London"
country = "GB"
email_domains = ["meridian.example"]

[[sources]]
name = "letters"
kind = "email"
files = ["mail/{day}.mbox"]
"""
PLACES = ("kitchen", "hall", "cellar", "attic", "garage", "office", "bedroom", "shed")
LINES = [
    Labelled(template.format(place), label)
    for label, templates in {
        "heating": (
            "The radiator in the {} stays cold",
            "My boiler near the {} makes a loud noise",
            "No warm water comes out of the {} tap",
        ),
        "meter": (
            "Who reads the meter in the {} this year?",
            "The meter by the {} shows a wrong number",
            "I want to send you the reading of the {} meter",
        ),
    }.items()
    for template in templates
    for place in PLACES
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("labels")
    model, _ = own_labels.train_labels(clean(LINES))
    own_labels.write_labels(model, folder)
    return folder, model


def test_a_quote_that_never_ends_is_named_with_its_line(tmp_path):
    file = tmp_path / "lines.csv"
    file.write_text('text,label\nhello,a\n"' + "word " * 300_000, encoding="utf-8")

    with pytest.raises(InputError, match=r"lines\.csv:\d+: field larger than"):
        read_labelled(file, text="text", label="label")


def test_a_csv_of_a_french_spreadsheet_is_read(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("motif;verbatim\nfacture;Trop cher !\n", encoding="utf-8-sig")

    assert read_labelled(path, "verbatim", "motif") == [
        Labelled("Trop cher !", "facture")
    ]


def test_json_lines_are_read_and_a_missing_column_is_named(tmp_path):
    path = tmp_path / "lines.jsonl"
    path.write_text(json.dumps({"text": "Hello", "topic": "x"}) + "\n", "utf-8")

    assert read_labelled(path, label="topic") == [Labelled("Hello", "x")]
    with pytest.raises(InputError, match="no column label; it has text, topic"):
        read_labelled(path)


def test_lines_that_cannot_teach_are_left_out_and_counted():
    cleaned = clean(
        [
            Labelled("Where is it?", "delivery"),
            Labelled("where  is it?", "delivery"),
            Labelled("Help me", "a"),
            Labelled("help me", "b"),
            Labelled("<PHONE>", "a"),
            Labelled("Hello", ""),
        ]
    )

    assert cleaned.lines == (Labelled("Where is it?", "delivery"),)
    assert cleaned.dropped == {
        "repeated": 1,
        "with two labels": 2,
        "without words": 1,
        "without a label": 1,
    }


def test_one_label_teaches_nothing():
    with pytest.raises(InputError, match="at least two labels"):
        own_labels.train_labels(clean(LINES[:20]))


def test_the_report_names_labels_with_too_few_lines():
    few = [*LINES, Labelled("Do you sell gift cards?", "gifts")]

    _, report = own_labels.train_labels(clean(few))

    assert report.too_few == [("gifts", 1)]
    assert ("gifts", "meter") in [(true, said) for true, said, _, _ in report.confused]


def test_near_copies_are_never_apart():
    lines = clean(LINES).lines
    fold_of = own_labels._folds(lines, 5, seed=1)

    kitchens = [i for i, line in enumerate(lines) if "radiator" in line.text]
    assert len({int(fold_of[i]) for i in kitchens}) == 1


def test_the_same_lines_give_the_same_model(trained):
    _, first = trained

    second, _ = own_labels.train_labels(clean(LINES))

    assert (first.weights == second.weights).all()
    assert (first.slopes == second.slopes).all()


def test_the_tagger_says_own_labels_as_intents_with_evidence(trained):
    folder, _ = trained
    own = Own(taxonomy=folder / "taxonomy.yaml", labels=folder)
    text = "hello, the radiator in my study is stone cold"

    [tags] = nlp.tag([text], ["en"], own)

    assert (tags[0].family, tags[0].label, tags[0].is_primary) == (
        "intent",
        "heating",
        True,
    )
    assert "radiator" in " ".join(text[start:end] for start, end in tags[0].evidence)
    assert (tags[-1].family, tags[-1].label) == ("frustration", "overall")


def test_the_taxonomy_written_is_left_when_it_is_there(trained):
    folder, model = trained
    path = folder / "taxonomy.yaml"
    taxonomy = nlp.load_taxonomy(path)
    assert taxonomy.names("intent") == ("heating", "meter", "other")

    edited = path.read_text(encoding="utf-8") + "# ours\n"
    path.write_text(edited, encoding="utf-8")
    own_labels.write_labels(model, folder)

    assert path.read_text(encoding="utf-8") == edited


def test_a_label_the_model_never_saw_counts_as_missed(trained):
    folder, _ = trained
    lines = [
        Labelled("The radiator is cold again", "heating"),
        Labelled("When do you read my meter?", "meter"),
        Labelled("Do you sell gift cards?", "gifts"),
    ]

    report = own_labels.evaluate_labels(folder, lines)

    assert report.accuracy == pytest.approx(2 / 3)
    assert {score.name: score.recall for score in report.labels}["gifts"] == 0.0


def test_a_folder_without_a_model_says_how_to_make_one(tmp_path):
    with pytest.raises(InputError, match="verbatim train --data FILE"):
        own_labels.evaluate_labels(tmp_path, LINES)


def test_one_line_of_settings_names_the_folder_and_its_groups(trained, tmp_path):
    folder, _ = trained
    file = tmp_path / "company.toml"
    file.write_text(
        f'own_labels = "{folder}"\n{COMPANY}',
        encoding="utf-8",
    )

    settings = load(file)

    assert settings.own == Own(taxonomy=folder / "taxonomy.yaml", labels=folder)
    # What the marts group journeys by.
    assert nlp.load_taxonomy(settings.taxonomy_file).intent_groups == {
        "heating": ("heating",),
        "meter": ("meter",),
    }
    assert nlp.version(settings.own) != nlp.tagger_version
