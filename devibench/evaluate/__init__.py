"""`devibench evaluate`: every sample under every degradation, asked once, and never again.

asking.py   one sample: degrade, ask with retries, judge
judges.py   who judges, what is still to be judged; rescoring.py: all of a run again
replies.py  what models said before, by content
store.py    the run on disk: a line per answer, whole or not there
runner.py   all of it at once, within limits; cluster.py: on many machines
order.py    what is wanted, and what is made for it
command.py  what the command does: open, tell, ask, sum up (telling.py)
"""
