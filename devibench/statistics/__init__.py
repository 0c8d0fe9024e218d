"""What may be said of a run, and how surely. Arrays in, figures out; scipy does the sums.

Questions about one video are not independent: what is unreadable for one is for the next. Every
interval here is therefore over videos ("clusters"), never over questions.

clustered.py    sums per video, which everything else rests on
share.py        one arm: an accuracy with its interval
resampling.py   the bootstrap over videos, for what has no formula
paired.py       two arms on the same questions: difference, McNemar
bd_rate.py      two arms at many rates: bits for equal accuracy, accuracy for equal bits
saturation.py   one question at many rates: how many bits were enough, and how that is distributed
confidence_table.py    the same as the table that `artic_abr` replays

Modules import scipy at their top: import them inside ``with bench_extra():``.
"""
