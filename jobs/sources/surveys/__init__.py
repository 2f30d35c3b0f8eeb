"""Survey answers: one row per invitation and question, and Qualtrics exports.

Which of the two a file is, is told from its header; both may be JSON, too. This module
reads the first; the columns are those of `columns.COLUMNS`, in any order, others
ignored, below a title or not. The invitation's id is needed, and one time at least.

What is surprising:

* An id is `<survey_id>/<question_code>` wherever a code is given, so that the second
  question of an invitation is not an update of the first.
* The sheet of a form (Google Forms) gives no ids: an answer's is then made from
  what it says and when, so that every export gives the same.
* `question_kind` comes from its own column, else from the code (`Q2_CSAT`), else from
  the question's text; otherwise it is null. A question on recommendation whose scale
  is not 0 to 10 is null, too: promoters are not defined on it.
* NPS without scale columns is 0 to 10. Any other score without them keeps its number
  and no scale.
* `higher_is_better` comes from its column (`higher_is_better`, `direction`), else from
  the wording of an effort question; otherwise it is true.
* A score is a number, or the number an answer begins or ends with (`9 - Extremely
  likely`, `Extremely likely - 9`), or brings its own scale: `4/5`, `★★★★☆`, or a word,
  where all answers to that question in this document stand on one known scale. A word
  whose place there is not certain is no score and is kept in the comment. Anything else,
  or a score outside its scale, refuses the row: it would be counted. Only where nothing
  says what the question measures, the answer is what was typed.
* What was typed is in every column whose name (`commentaire`, `open_feedback`) or
  question (`What could we do better?`) asks for words. A name that may as well be the
  company's words (`reason`, `message`, `text`) is left. A sentence in a column that is
  left is an exclusion of its own, `unread_words`: the ledger says how many there were.
* A row with a column for each question is a survey for each; what was typed goes with
  the question that its column names (`CSAT comment`), else with the first.
* Dates of a column in which one can only be `month/day` are all read so.
* An answer without its own time is dated by the newest time of its row. Times without
  a zone are UTC.
* The interaction is kept as it is given, known or not.
"""

from jobs.sources.surveys.reader import READER, parse

__all__ = ["READER", "parse"]
