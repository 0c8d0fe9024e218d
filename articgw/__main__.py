"""`python -m articgw` is `articgw`."""

from articgw.cli import main

raise SystemExit(main())
