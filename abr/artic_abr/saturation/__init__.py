"""Where more bits stop being read better, learned while it is used.

turn ─▶ prior (what past questions needed) ─┐
readability ─▶ belief over b* ──────────────┼─▶ need: enough, with so much certainty
                 └─ curve (monotone: isotonic) ┘
"""

from artic_abr.saturation.rule import SaturationRule

__all__ = ["SaturationRule"]
