"""`verbatim train` and `verbatim evaluate`: the tagger's own commands, without Spark."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs import console
from schemas.errors import InputError

if TYPE_CHECKING:
    from nlp.evaluation import Evaluation
    from nlp.measures import Score
    from nlp.own_labels import Report

_LABEL_COLUMNS = ["label", "lines", "precision", "recall", "F1", "95 %"]


def register(app: typer.Typer) -> None:
    """Add the commands to `verbatim`."""
    app.command()(train)
    app.command()(evaluate)


def train(
    data: Annotated[
        Path | None, typer.Option(help="Labelled lines: .csv with a header, or .jsonl.")
    ] = None,
    text: Annotated[str, typer.Option(help="The column of the text.")] = "text",
    label: Annotated[str, typer.Option(help="The column of the label.")] = "label",
    output: Annotated[
        Path | None, typer.Option(help="Folder of the model; made if it is not there.")
    ] = None,
    evaluate: Annotated[
        Path | None, typer.Option(help="Lines of one's own to score the model on.")
    ] = None,
    shipped: Annotated[
        bool, typer.Option(help="Train the shipped tagger from nlp/corpora instead.")
    ] = False,
) -> None:
    """Learn a company's own labels, which the tagger then says as intents.

    Settings make the pipeline use them: own_labels = "DIR". Needs --data and --output; with
    --evaluate and no --data the model that is in --output is scored.
    """
    if shipped:
        _train_shipped(output)
        return
    if output is None:
        raise InputError("Name the model's folder with --output DIR.")
    if data is None and evaluate is None:
        raise InputError("Name the labelled lines with --data FILE.")
    from nlp import own_labels
    from nlp.labelled import clean, read_labelled

    if data is not None:
        cleaned = clean(read_labelled(data, text, label))
        console.out.print(f"{data}: {len(cleaned.lines)} lines to learn from")
        for reason, count in sorted(cleaned.dropped.items()):
            console.out.print(f"  left out: {count} {reason}")
        with console.progress(None) as bar:
            model, report = own_labels.train_labels(
                cleaned,
                lambda what, done, total: bar.update(
                    bar.task_ids[0], description=what, completed=done, total=total
                ),
            )
        own_labels.write_labels(model, output)
        _show(report, "Cross-validated, near-copies never apart")
        console.out.print(f'\nTo use it, add to the settings: own_labels = "{output}"')
    if evaluate is not None:
        lines = clean(read_labelled(evaluate, text, label)).lines
        with console.busy(f"scoring {len(lines)} lines"):
            report = own_labels.evaluate_labels(output, lines)
        _show(report, f"On {evaluate}")


def _train_shipped(output: Path | None) -> None:
    from nlp.train import MODELS, train_shipped

    with console.progress(None) as bar:
        manifest = train_shipped(
            output or MODELS,
            lambda what, done, total: bar.update(
                bar.task_ids[0], description=what, completed=done, total=total
            ),
        )
    console.print_json(manifest)


def _show(report: "Report", title: str) -> None:
    console.out.print()
    console.table(
        _LABEL_COLUMNS,
        [_row(score) for score in report.labels],
        title=f"{title}; the weakest labels first",
    )
    console.out.print(
        f"\nmacro-F1 {report.mean.f1:.3f} ({report.mean.low:.3f} to "
        f"{report.mean.high:.3f}), accuracy {report.accuracy:.3f}, calibration error "
        f"{report.calibration_error:.3f}, {report.lines} lines"
    )
    if report.confused:
        console.out.print("\nMost confused")
    for true, said, count, texts in report.confused:
        console.out.print(f"  {count} × {true}, taken for {said}")
        for text in texts:
            console.out.print(f"      {text}")
    if report.too_few:
        named = ", ".join(f"{label} ({count})" for label, count in report.too_few)
        console.out.print(f"\nToo few lines to trust their figures: {named}")


def evaluate(
    gold: Annotated[
        Path | None, typer.Option(help="Folder of the gold set; default nlp/gold.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for scripts.")] = False,
) -> None:
    """Score the shipped tagger on the gold set, beside baselines of the same run."""
    from nlp import evaluation

    with console.progress(None) as bar:
        found = evaluation.evaluate(
            gold or evaluation.GOLD,
            lambda what: bar.update(bar.task_ids[0], description=what),
        )
    if as_json:
        console.print_json([asdict(one) for one in found])
        return
    for one in found:
        _show_language(one)


def _show_language(found: "Evaluation") -> None:
    console.out.print()
    _families(found)
    for name, values in (
        ("primary intent right", found.primary),
        ("overall, AUC", found.overall_auc),
    ):
        shown = ", ".join(f"{who} {value:.3f}" for who, value in values.items())
        console.out.print(f"{name}: {shown}")
    for family in found.families:
        console.out.print()
        console.table(
            _LABEL_COLUMNS,
            [_row(score) for score in family.labels],
            title=f"{found.language}: {family.family}",
        )
        for what, groups in (
            ("by channel", family.by_channel),
            ("by hard case", family.by_hard_case),
        ):
            shown = ", ".join(
                f"{name} {score.f1:.2f}" for name, score in groups.items()
            )
            console.out.print(f"F1 {what}: {shown}")


def _families(found: "Evaluation") -> None:
    """Two tables of a row per family: F1 beside the baselines', and how far to trust a tag."""
    baselines = [who for who in found.families[-1].means if who != "tagger"]
    by_f1, by_trust = [], []
    for family in found.families:
        mine = family.means["tagger"]
        others = [family.means.get(who) for who in baselines]
        f1s = [round(other.f1, 3) if other else None for other in others]
        by_f1.append([*_row(mine, family.family), *f1s])
        count, met, overlap = family.evidence or (0, 0.0, 0.0)
        by_trust.append(
            [family.family, family.calibration, count, met, overlap, family.kappa]
        )
    console.table(
        ["family", *_LABEL_COLUMNS[1:], *baselines],
        by_f1,
        title=f"{found.language}, {found.texts} texts: means over labels, F1 of baselines",
    )
    console.out.print()
    console.table(
        ["family", "calibration error", "evidence of", "meets", "overlap", "kappa"],
        [[_rounded(value) for value in row] for row in by_trust],
        title="Trust: scores, words given by both sides, agreement of two labellers",
    )


def _rounded(value: object) -> object:
    return round(value, 3) if isinstance(value, float) else value


def _row(score: "Score", name: str | None = None) -> list[object]:
    limits = f"{score.low:.2f} to {score.high:.2f}"
    figures = [round(v, 3) for v in (score.precision, score.recall, score.f1)]
    return [name or score.name, score.examples, *figures, limits]
