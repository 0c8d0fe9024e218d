"""Which question goes to which model server, and when. Read core.py first.

core.py      the whole of it, without I/O: questions and outcomes in, decisions out
question.py  a question as it is dispatched; what is decided
order.py     who is next: fairness, then classes, then slack
load.py      what an answer will take at a server, learned from those before
replica.py   one server: its window, its breaker, what it works on
affinity.py  which server holds a session's frames
hedge.py     when a second server is asked as well, and how often at most
backend.py   the shell: a back end before several
"""
