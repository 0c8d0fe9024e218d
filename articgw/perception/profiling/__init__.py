"""What `articgw perception profile` does: stages timed, accuracies counted, one file written.

run.py      all of it, resumable
measure.py  the times
truth.py    the accuracies
film.py     a film, where none is given
file.py     what is written, and of which machine it is
"""
