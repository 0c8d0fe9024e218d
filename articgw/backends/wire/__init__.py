"""How any model server is spoken to; a family's own part is a `Speech`.

served.py   one question, top to bottom; read it first
server.py   what all have: target, key, pictures, a check
target.py   which model, where              opening.py   the request, one safe retry, degrading
layout.py   where pictures and words stand  by_name.py   pictures that it has already
listed.py   what kind of server it is
body.py     the request's bytes             stream.py    the response's bytes, with an end to waits
heard.py    what an event says              answer.py    events in, text out
features.py what this server takes          faults.py    what went wrong, in words and types
sockets.py  connections that stay           turn.py      one question on one of them
"""
