"""Google's own client accepts what the fake says, and the fake what that client asks.

It speaks TLS to whatever address it is given; whether it trusts this certificate is not the test.
"""

from __future__ import annotations

import ssl

from google import genai
from google.genai import types

from articgw.testing.servers import ModelServer
from articgw.testing.servers.behaviours import says
from articgw.testing.servers.live import LIVE
from articgw.testing.servers.wire import INPUT_TOKENS
from tests.helpers.certificate import server_context


async def test_a_turn_is_read_to_its_end() -> None:
    config = types.LiveConnectConfig(
        response_modalities=[types.Modality.TEXT],
        system_instruction="Be brief.",
        session_resumption=types.SessionResumptionConfig(),
    )
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    async with ModelServer(LIVE, says("It says EXIT."), tls=server_context()) as server:
        options = types.HttpOptions(base_url=server.url, async_client_args={"ssl": trusting})
        client = genai.Client(api_key="k", http_options=options)
        async with client.aio.live.connect(model="tiny", config=config) as session:
            video = types.Blob(data=b"\xff\xd8\xff", mime_type="image/jpeg")
            await session.send_realtime_input(video=video)
            await session.send_realtime_input(text="What does it say?")
            messages = [message async for message in session.receive()]
        client.close()
    assert "".join(message.text or "" for message in messages) == "It says EXIT."
    assert any(
        one.session_resumption_update and one.session_resumption_update.new_handle
        for one in messages
    )
    usage = messages[-1].usage_metadata
    assert usage and usage.prompt_token_count == INPUT_TOKENS
    read = server.asked[0].read
    assert (read.model, read.system, read.question) == ("tiny", "Be brief.", "What does it say?")
    assert read.jpeg == b"\xff\xd8\xff" and server.asked[0].key == "k"
