"""Ondine Télécom: an invented French operator, its customers and what they say.

The drop folder is written as the operator's systems would export it, with the truth
beside it. Nothing here knows how the files will be read.
"""
