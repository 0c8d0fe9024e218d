"""The gateway: everything asynchronous, everything that touches the world.

Start with `articgw.session`. Nothing is imported here, so that `articgw.backends` and
`articgw.errors` stay usable without the network stack.
"""
