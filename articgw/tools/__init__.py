"""Tools: what a model may ask for in the middle of an answer.

    client ─tools─▶ kit: allowed? ─▶ Prompt.toolset ─▶ model ─▶ Reply.calls
                                                        ▲            │
                       results, in the next request ────┤            ▼
                                                     rounds: refuse, run or end
                                                        ▲            │
                         operator's URL, or the client ─┴──── kit ◀──┘

A call registers tools; only names that whoever runs the gateway has allowed are offered to the
model, and run. What the picture or a tool says cannot widen that list.

spec.py       a tool, as it is registered, and what is wrong with it
allowed.py    which names may be run, and where          --tools
toolset.py    what a model is told of tools, and what it asks for
arguments.py  what the model wants them run with
rounds.py     the loop as a core: no I/O, no clock
posting.py    run by a POST to the operator's URL
kit.py        one call's tools: registered, run, counted
"""
