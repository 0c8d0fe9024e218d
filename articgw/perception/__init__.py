"""What is in the picture during a call: a process that detects, and what is done with it."""
