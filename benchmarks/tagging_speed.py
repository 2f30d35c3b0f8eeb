"""How fast texts are tagged: one process beside a yardstick, and Spark beside one process.

    python -m benchmarks.tagging_speed [--spark] [--texts N]

The yardstick is what a plain spaCy pipeline does with the same texts: a blank tokeniser, a PhraseMatcher of 2,000 phrases
and spaCy's bag-of-words classifier. Texts are of 40 words, cut from the authored corpora; the two take turns on each batch, so that a
busy machine slows both alike. With --spark the step of `verbatim run` tags the same texts on all local cores, warm.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from itertools import chain, islice, pairwise
from time import perf_counter
from typing import Any

import spacy
from spacy.matcher import PhraseMatcher
from spacy.training import Example

import nlp
from nlp.corpus import load_corpus
from nlp.taxonomy import load_taxonomy

WORDS, PHRASES, PER_BATCH = 40, 2_000, 1_000
LANGUAGE = "en"


def texts(count: int) -> list[str]:
    """So many texts of 40 words; each begins elsewhere in the corpora."""
    words = " ".join(u.text for u in load_corpus(LANGUAGE, load_taxonomy())).split()
    step = max(1, (len(words) - WORDS) // count)
    starts = islice(
        chain.from_iterable(range(s, len(words) - WORDS, step) for s in range(step)),
        count,
    )
    made = [" ".join(words[start : start + WORDS]) for start in starts]
    if len(made) < count:
        made = (made * (count // len(made) + 1))[:count]
    return made


def yardstick() -> Callable[[Sequence[str]], Any]:
    """Blank spaCy with its bag-of-words classifier, and the commonest 2,000 word pairs as phrases."""
    utterances = load_corpus(LANGUAGE, load_taxonomy())
    labels = sorted({u.intents[0] for u in utterances})
    pipeline = spacy.blank(LANGUAGE)
    matcher = PhraseMatcher(pipeline.vocab, attr="LOWER")
    pairs = Counter(
        pair for u in utterances for pair in pairwise(u.text.lower().split())
    )
    matcher.add(
        "phrases",
        [pipeline.make_doc(" ".join(pair)) for pair, _ in pairs.most_common(PHRASES)],
    )
    model = {"@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": True}
    model |= {"length": 262_144, "ngram_size": 1, "no_output_layer": False}
    classifier = pipeline.add_pipe("textcat", config={"model": model})
    for label in labels:
        classifier.add_label(label)
    # Not trained: its speed does not depend on its weights.
    pipeline.initialize(
        lambda: [
            Example.from_dict(
                pipeline.make_doc(u.text),
                {"cats": {label: float(label == u.intents[0]) for label in labels}},
            )
            for u in utterances[:100]
        ]
    )

    def run(batch: Sequence[str]) -> Any:
        return [(doc, matcher(doc)) for doc in pipeline.pipe(batch)]

    return run


def one_process(given: Sequence[str]) -> tuple[float, float]:
    """Texts a second of the yardstick and of the tagger."""
    plain = yardstick()
    seconds = [0.0, 0.0]
    plain(given[:PER_BATCH])
    nlp.tag(given[:PER_BATCH], [LANGUAGE] * PER_BATCH)
    for start in range(0, len(given), PER_BATCH):
        batch = given[start : start + PER_BATCH]
        began = perf_counter()
        plain(batch)
        between = perf_counter()
        nlp.tag(batch, [LANGUAGE] * len(batch))
        seconds[0] += between - began
        seconds[1] += perf_counter() - between
    return len(given) / seconds[0], len(given) / seconds[1]


def in_spark(given: Sequence[str]) -> float:
    """Texts a second of the step's own Arrow stage, the second time round."""
    from pyspark.sql import SparkSession
    from pyspark.sql.pandas.types import to_arrow_schema

    from jobs.lake import parsed_ddl
    from jobs.tag_interactions import tagging
    from schemas.contracts import contract

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = (
        SparkSession.builder.master("local[*]")
        .appName("tagging_speed")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "2000")
        .getOrCreate()
    )
    struct = parsed_ddl(contract("tags").ddl)
    cores = spark.sparkContext.defaultParallelism
    day = date(2026, 3, 2)
    rows = [(str(n), day, "", text, LANGUAGE) for n, text in enumerate(given)]
    table = (
        spark.createDataFrame(
            rows,
            "interaction_id string, occurred_date date, text_hash string, "
            "text string, language string",
        )
        .repartition(2 * cores)
        .cache()
    )
    table.count()
    stage = tagging(to_arrow_schema(struct), datetime(2026, 3, 2, tzinfo=UTC))

    def once() -> float:
        began = perf_counter()
        table.mapInArrow(stage, struct).write.format("noop").mode("overwrite").save()
        return perf_counter() - began

    once()
    seconds = once()
    spark.stop()
    return len(given) / seconds


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=50_000)
    parser.add_argument("--spark", action="store_true")
    options = parser.parse_args()
    given = texts(options.texts)
    plain, ours = one_process(given)
    print(f"{len(given):,} texts of {WORDS} words, {LANGUAGE}, {os.cpu_count()} cores")
    print(f"yardstick, one process: {plain:,.0f} texts/s")
    print(f"tagger, one process:    {ours:,.0f} texts/s, {ours / plain:.2f} of it")
    if options.spark:
        spark = in_spark(given)
        print(
            f"tagger, Spark, warm:    {spark:,.0f} texts/s, {spark / ours:.2f} of one process"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
