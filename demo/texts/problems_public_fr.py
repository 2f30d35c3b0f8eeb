from demo.texts.problems_said_fr import PROBLEMS as PROBLEMS
