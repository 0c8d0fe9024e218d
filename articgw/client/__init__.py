"""A client of the gateway in Python: a camera that obeys, and questions.

call.py       a call: connect, obey, ask            obey.py      which orders hold now
camera.py     the track: source, valve, newest      valve.py     which frames are sent
sources.py    films and drawings as cameras         encoder.py   H.264 that follows at once
signalling.py the two HTTP requests                 bits.py      budget and quantiser of a frame
answers.py    answers in pieces, and errors
"""

from articgw.client.answers import Answer, AnswerStream, CallLost, CallRefused, QuestionFailed
from articgw.client.call import Call
from articgw.client.camera import FrameSource
from articgw.client.sources import ClipSource, DrawnSource

__all__ = [
    "Answer",
    "AnswerStream",
    "Call",
    "CallLost",
    "CallRefused",
    "ClipSource",
    "DrawnSource",
    "FrameSource",
    "QuestionFailed",
]
