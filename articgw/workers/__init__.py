"""Several processes behind one port: `articgw serve --workers N`.

    caller ── HTTP ──▶ front ── HTTP over a Unix socket ──▶ worker 1   a whole gateway each:
       │                                                    worker 2   aiortc, decoding, sessions
       └───────────── media, UDP, straight to the worker ──▶   …
                                                            spare     ready, without calls

Python runs one thread of a process at a time, so one process carries what one core carries. The
front sees no media. A call is named by its worker (``2-8f3a…``), so that every request about it
finds its process, and the front remembers nothing of calls. A worker that dies takes its own calls
with it and no other; the spare has its place at once. gunicorn was rejected: its workers share one
listening socket, so the second request about a call would come to any of them.
"""
