"""The ways into the gateway over HTTP, a file each: they speak HTTP, `Calls` owns the calls.

offer.py     POST /offer: our page, our client, any page of one's own
whip.py      POST /whip: WHIP encoders and cameras (RFC 9725)
pipecat.py   POST|PATCH /api/offer: Pipecat's small WebRTC clients
ask.py       questions to a call that has no data channel, and the list of calls
minting.py   POST /api/tokens: tokens for those whom a back end of yours lets in
"""
