"""A client of the gateway in Python: a camera that obeys, and questions.

call.py       a call: obey, ask                     obey.py      which orders hold now
link.py       its connection: track and messages    signalling.py what goes over HTTP
remote.py     questions about calls of others       answers.py   answers in pieces, and errors
opening.py    which camera is meant by a name       pictures.py  opens whatever holds pictures
sources.py    films, pictures, drawings             devices.py   V4L2, RTSP, MJPEG
camera.py     the track: source, valve, newest      valve.py     which frames are sent
encoder.py    H.264 that follows at once            x264.py      each frame bounded, and aimed
shot.py       whole, with regions, or packed        region_qp.py where the bits go
bits.py       budget of a frame                     quantiser.py the QP that gives it
sizes.py      how large a picture may be            look_quality.py how well the region left
still.py      one sharp picture, when asked for     pacing.py    when the link is free for a frame
tools.py      what the model may use
"""

from articgw.client.answers import Answer, AnswerStream, CallLost, CallRefused, QuestionFailed
from articgw.client.call import Call
from articgw.client.camera import FrameSource
from articgw.client.devices import LiveSource
from articgw.client.opening import open_source
from articgw.client.remote import Remote, Seen
from articgw.client.sources import ClipSource, DrawnSource, StillSource
from articgw.client.tools import Tool

__all__ = [
    "Answer",
    "AnswerStream",
    "Call",
    "CallLost",
    "CallRefused",
    "ClipSource",
    "DrawnSource",
    "FrameSource",
    "LiveSource",
    "QuestionFailed",
    "Remote",
    "Seen",
    "StillSource",
    "Tool",
    "open_source",
]
