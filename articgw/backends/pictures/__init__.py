"""Frames as model servers want them."""
