"""The answer names the rate to start with, for each video codec and nothing else."""

from __future__ import annotations

from articgw.answer import with_message_limit, with_start_bitrate

ANSWER = """v=0
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10
m=video 9 UDP/TLS/RTP/SAVPF 96 97 102
a=rtpmap:96 VP8/90000
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:102 H264/90000
a=fmtp:102 packetization-mode=1;profile-level-id=42e01f
"""


def test_every_video_codec_gets_the_rate_and_nothing_else_changes() -> None:
    told = with_start_bitrate(ANSWER, 600_000).splitlines()
    added = set(told) - set(ANSWER.splitlines())
    assert added == {
        "a=fmtp:96 x-google-start-bitrate=600",
        "a=fmtp:102 packetization-mode=1;profile-level-id=42e01f;x-google-start-bitrate=600",
    }
    assert told.index("a=fmtp:96 x-google-start-bitrate=600") > told.index("a=rtpmap:96 VP8/90000")
    assert len(told) == len(ANSWER.splitlines()) + 1


def test_an_answer_without_video_stays_as_it_is() -> None:
    audio = ANSWER.split("m=video")[0]
    assert with_start_bitrate(audio, 600_000).split() == audio.split()


def test_messages_are_announced_as_small_as_they_have_to_be() -> None:
    assert with_message_limit("a=max-message-size:262144\r\n") == "a=max-message-size:65536\r\n"
    assert with_message_limit(ANSWER) == ANSWER
