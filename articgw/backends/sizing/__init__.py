"""How large a picture a model should be sent, and what it costs there. Pure.

tokens.py     what a picture of a size costs, a function per family
profiles.py   which models count how, as data
sized.py      the size to send: no larger than wanted, on the model's own grid, within a budget
"""
