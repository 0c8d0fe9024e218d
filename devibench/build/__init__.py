"""A benchmark of one's own from one's own videos, as DeViBench was made (HotNets '25, figure 5).

    collect ─▶ transcode ─▶ beside ─▶ generate ─▶ filter ─▶ verify ─▶ export
    segments   200 kb/s     pictures  questions   original   a second   v2's CSV, review sheet
                                                  right and  model
                                                  degraded   agrees
                                                  wrong

ledger.py    what a stage decided, on disk: killed at any moment, it goes on where it was
segments.py  collect        degraded.py  transcode and beside
questions.py generate       sift.py      filter and verify
asking.py    one question to one model, and its judge
export.py    the data set   review.py    the sheet for people
pipeline.py  the stages in order, and their counts
"""
