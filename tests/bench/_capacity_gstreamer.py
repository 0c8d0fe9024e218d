# mypy: disable-error-code="import-not-found"
"""GStreamer's webrtcbin as a receiver: native code, told by a few lines of the system's Python.

    python3 -m tests.bench._capacity_gstreamer gstreamer|"gstreamer rtp" --state idle --core 0

``gstreamer`` decodes and keeps the newest picture (asked: makes a JPEG of it each 10 s, sampler:
looks at it each second); ``gstreamer rtp`` takes packets to frames and decodes nothing. Packets are
looked at in Python only while ages are measured, and not while the cost is.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import gi

for _name in ("Gst", "GstRtp", "GstSdp", "GstWebRTC"):
    gi.require_version(_name, "1.0")
from gi.repository import GLib, Gst, GstRtp, GstSdp, GstWebRTC  # noqa: E402

from tests.bench._capacity_place import take_place  # noqa: E402
from tests.bench._capacity_recorder import Recorder  # noqa: E402

READY = "ready "
ANSWER_LIMIT_S = 10.0
POLL_S = 0.01
"""The description that is set is told of a moment later than the promise to set it.
"""
TAILS = {
    ("gstreamer", "H264"): "rtph264depay ! avdec_h264 ! appsink name=end {appsink}",
    ("gstreamer", "VP8"): "rtpvp8depay ! vp8dec ! appsink name=end {appsink}",
    (
        "gstreamer rtp",
        "H264",
    ): "rtph264depay ! video/x-h264,alignment=au ! fakesink name=end sync=false async=false",
    ("gstreamer rtp", "VP8"): "rtpvp8depay ! fakesink name=end sync=false async=false",
}
APPSINK = "sync=false async=false max-buffers=1 drop=true"
EVERY_S = {"sampler": 1.0, "asked": 10.0}


class Call:
    """One webrtcbin in a pipeline of its own."""

    def __init__(self, arm: str, state: str, recorder: Recorder) -> None:
        self._arm = arm
        self._state = state
        self._recorder = recorder
        self._pipeline = Gst.Pipeline()
        self._bin = Gst.ElementFactory.make("webrtcbin")
        self._bin.set_property("latency", 0)
        self._bin.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        self._bin.connect("pad-added", self._on_pad)
        self._gathered = threading.Event()
        self._bin.connect("notify::ice-gathering-state", self._on_gathering)
        self._pipeline.add(self._bin)
        self._sent: dict[int, int] = {}
        self._pads: list[Any] = []
        self.watching = False

    def answer(self, sdp: str) -> str:
        """To an offer."""
        self._pipeline.set_state(Gst.State.PLAYING)
        parsed = GstSdp.SDPMessage.new_from_text(sdp)[1]
        offer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.OFFER, parsed)
        self._do("set-remote-description", offer)
        reply = self._do("create-answer", None)
        self._do("set-local-description", reply.get_value("answer"))
        until_t = time.monotonic() + ANSWER_LIMIT_S
        while time.monotonic() < until_t:
            described = self._bin.get_property("local-description")
            if described is not None and self._gathered.wait(POLL_S):
                return str(described.sdp.as_text())
            time.sleep(POLL_S)
        raise RuntimeError("webrtcbin has no answer")

    def watch(self, watching: bool) -> None:
        """Look at each packet and frame from now on, or not any more."""
        if watching == self.watching:
            return
        self.watching = watching
        for pad, probe in self._pads:
            if watching:
                pad.probe = pad.pad.add_probe(Gst.PadProbeType.BUFFER, probe)
            else:
                pad.pad.remove_probe(pad.probe)

    def _do(self, what: str, argument: Any) -> Any:
        promise = Gst.Promise.new()
        self._bin.emit(what, argument, promise)
        promise.wait()
        return promise.get_reply()

    def _on_gathering(self, *_: Any) -> None:
        state = self._bin.get_property("ice-gathering-state")
        if state == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            self._gathered.set()

    def _on_pad(self, _bin: Any, pad: Any) -> None:
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        codec = pad.get_current_caps().get_structure(0).get_string("encoding-name")
        description = TAILS[self._arm, codec].format(appsink=APPSINK)
        tail = Gst.parse_bin_from_description(description, True)
        self._pipeline.add(tail)
        end = tail.get_by_name("end")
        self._pads.append((_Probed(pad), self._on_packet))
        self._pads.append((_Probed(end.get_static_pad("sink")), self._on_frame))
        tail.sync_state_with_parent()
        pad.link(tail.get_static_pad("sink"))
        if self._arm == "gstreamer" and self._state != "idle":
            threading.Thread(target=self._use, args=(end,), daemon=True).start()

    def _on_packet(self, _pad: Any, info: Any) -> Any:
        buffer = info.get_buffer()
        mapped, packet = GstRtp.RTPBuffer.map(buffer, Gst.MapFlags.READ)
        if mapped:
            self._sent[buffer.pts] = packet.get_timestamp()
            packet.unmap()
            if len(self._sent) > 64:
                self._sent.pop(next(iter(self._sent)))
        return Gst.PadProbeReturn.OK

    def _on_frame(self, _pad: Any, info: Any) -> Any:
        rtp_time = self._sent.get(info.get_buffer().pts)
        if rtp_time is not None:
            self._recorder.on_frame(id(self), rtp_time)
        return Gst.PadProbeReturn.OK

    def _use(self, end: Any) -> None:
        """The newest picture, as long as the process lives."""
        encoder = Gst.parse_launch("appsrc name=in ! jpegenc ! fakesink sync=false")
        encoder.set_state(Gst.State.PLAYING)
        while True:
            time.sleep(EVERY_S[self._state])
            sample = end.emit("try-pull-sample", Gst.SECOND)
            if sample is not None and self._state == "asked":
                encoder.get_by_name("in").emit("push-sample", sample)


class _Probed:
    """A pad, and the probe that is on it."""

    def __init__(self, pad: Any) -> None:
        self.pad = pad
        self.probe = 0


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("arm", choices=("gstreamer", "gstreamer rtp"))
    parser.add_argument("--state", choices=("idle", "sampler", "asked"), required=True)
    parser.add_argument("--core", type=int)
    given = parser.parse_args()
    take_place(given.core)
    Gst.init(None)
    recorder, calls, began_t = Recorder(), list[Call](), time.monotonic()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            nonlocal began_t
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path == "/offer":
                call = Call(given.arm, given.state, recorder)
                calls.append(call)
                self._say({"sdp": call.answer(json.loads(body)["sdp"]), "type": "answer"})
                return
            for call in calls:
                call.watch(self.path == "/bench/watch")
            recorder.clear()
            began_t = time.monotonic()
            self._say({})

        def do_GET(self) -> None:
            self._say(recorder.figures(began_t, time.monotonic()))

        def log_message(self, *_: Any) -> None:
            pass

        def _say(self, words: dict[str, Any]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(words).encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{READY}http://127.0.0.1:{server.server_address[1]}", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
