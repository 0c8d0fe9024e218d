"""``devibench report``: any runs, as one HTML page that needs nothing else, and as Markdown.

keepsakes.py   what a run keeps for its report besides the answers
runs.py        reading runs; arms        curves.py   arms that differ in their rate only
tables.py      the figures               flips.py    the worst answers
ink.py         matplotlib as inline SVG  figures.py  the pictures
page.py        all of it through the templates
"""
