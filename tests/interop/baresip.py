# SPDX-License-Identifier: MIT
"""Calls to baresip, which plays a tone from a file: plain RTP, and SRTP with keys in the description."""
import json

import processes
import tones

MODULES = ["g711", "opus", "aufile", "srtp"]
SECONDS = 2  # of each call
ENCRYPTION = {"none": "", "sdes": ";mediaenc=srtp-mand"}


def tests(program, work):
    """Yields (name, function); a function raises AssertionError or returns a line of figures."""
    for srtp in ENCRYPTION:
        for codec in ("PCMU", "PCMA"):
            yield f"call calls baresip, srtp {srtp}, {codec}", lambda srtp=srtp, codec=codec: call(program, work, srtp, codec)


def call(program, work, srtp, codec):
    home = work / f"baresip-{srtp}-{codec}"
    home.mkdir()
    port = processes.free_port()
    configure(home, port, ENCRYPTION[srtp])
    peer, log = processes.start(["baresip", "-f", home, "-t", 60], home / "log"), home / "log"
    try:
        processes.wait_until_bound(peer, port, "udp", log)
        figures = home / "call.json"
        calling = processes.start([program, "call", f"sip:bob@127.0.0.1:{port}", "--srtp", srtp, "--codecs", codec,
                                   "--hangup-after", SECONDS, "--json"], figures)
        status = processes.finish(calling, 60, "call")
        assert status == 0, f"call ended with {status}:\n{processes.tail(figures)}\n{processes.tail(log)}"
        media = json.loads(figures.read_text().splitlines()[-1])["media"][0]
        assert media["codec"] == codec and media["frames_decoded"] > 20 * SECONDS, media
        if srtp == "sdes":
            assert "SRTP is Enabled" in log.read_text(), processes.tail(log)
        return f"{media['packets_sent']} packets sent, {media['frames_decoded']} decoded"
    finally:
        processes.stop(peer)


def configure(home, port, encryption):
    tone = home / "tone.wav"
    tones.write(tone, 800, 30)
    (home / "config").write_text("\n".join([
        f"sip_listen 127.0.0.1:{port}", f"audio_source aufile,{tone}", f"audio_player aufile,{home / 'heard.wav'}",
        f"audio_alert aufile,{home / 'alert.wav'}", "module_path /usr/lib/baresip/modules",
        *(f"module {name}.so" for name in MODULES), "module_app account.so", "module_app menu.so", "rtp_ports 30000-30999", ""]))
    (home / "accounts").write_text(f"<sip:bob@127.0.0.1:{port}>;regint=0;answermode=auto{encryption}\n")
