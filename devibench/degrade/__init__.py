"""What may happen to a film on its way to a model: real encoders, real pictures, simulated links.

naming.py    a text such as ``h264:100k+fps:5`` to a `Degradation`
network.py   a call about one question, and what of the film is there when the model looks
call.py      the call itself: captured, coded, sent, received, decoded
sender.py    what the sender does with each captured frame
coder.py     encoders that take another rate with every frame; kvazaar.py: one that is a program
moments.py   which pictures of it a model is shown
finding.py   who looks at what comes, and finds regions in it
"""

from devibench.degrade.naming import parse_degradation

__all__ = ["parse_degradation"]
