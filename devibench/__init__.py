"""The offline bench: degrade, ask, score, report."""
