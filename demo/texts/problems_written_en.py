from demo.texts.problems_said_en import PROBLEMS as PROBLEMS
