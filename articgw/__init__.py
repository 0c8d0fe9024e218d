"""The gateway: everything asynchronous, everything that touches the world."""
