"""Model servers that do what they are told, over real sockets: for back ends, yours and ours.

server.py      a server on a free port, what it was asked, what it does next
behaviours.py  good health and every way to fail, the same for all families
wire.py        what a family's server has to be able to say
chat.py, messages.py, generate.py, ollama.py, realtime.py, live.py    how each family says it
"""

from articgw.testing.servers.server import Asked, ModelServer
from articgw.testing.servers.wire import Wire

__all__ = ["Asked", "ModelServer", "Wire"]
