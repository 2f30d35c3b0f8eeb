"""What the invented people say: tables of authored sentences, one module per language and part.

A sentence may name facts of its journey in braces (`{amount}`, `{order}`): see
`demo.facts`. None of it may be used to train or tune a tagger.
"""
