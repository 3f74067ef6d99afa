# SPDX-License-Identifier: MIT
"""linphone, on files instead of a sound card, calls and is called over UDP: each side hears the other's tone, sends digits
and hears them, and linphone holds. It opens no loopback, so media has an address."""
import os
import subprocess

import private_network
import processes
import speech
import tones

THEIRS, OURS = 800, 440  # hertz
SPOKEN = 3 * 16000 * 2 * 2  # octets of our tape, so that there is something to judge
MEDIA = {"plain RTP": ("none", "none"), "SRTP": ("srtp", "sdes"), "WebRTC": ("dtls", "dtls")}  # linphone's word, and ours

SETTINGS = """
[sip]
sip_port={port}
sip_tcp_port=0
sip_tls_port=0
use_ipv6=0
contact=sip:alice@{address}
media_encryption={encryption}

[rtp]
audio_rtp_port=31000
rtcp_mux=1

[net]
firewall_policy={ice}

[misc]
auto_net_state_mon=0

[sound]
echocancellation=0
"""


def tests(program, work):
    """Yields (name, function); a function raises AssertionError or returns a line of figures."""
    for media in MEDIA:
        yield f"linphone calls: sound, hold, digits both ways, {media}", lambda media=media: calls(program, work, media)
        yield f"linphone is called: sound, hold, digits both ways, {media}", lambda media=media: is_called(program, work, media)


class Linphone:
    """linphonec, which reads commands and prints what happens."""

    def __init__(self, work, name, media):
        self.home = work / f"linphone-{name}-{media.replace(' ', '-')}"
        (self.home / ".local" / "share" / "linphone").mkdir(parents=True)  # without it no port is opened
        self.log, self.settings = self.home / "log", self.home / "settings"
        self.heard, self.said, self.tape = (self.home / f"{part}.wav" for part in ("heard", "said", "tape"))
        self.port = processes.free_port()
        self.settings.write_text(SETTINGS.format(port=self.port, address=private_network.ADDRESS, encryption=MEDIA[media][0],
                                                 ice=3 if media == "WebRTC" else 0))
        tones.write(self.said, THEIRS, 60)

    def __enter__(self):
        self.process = processes.start(["linphonec", "-a", "-c", self.settings], self.log, stdin=subprocess.PIPE,
                                       env=os.environ | {"HOME": str(self.home)})
        processes.wait_until_bound(self.process, self.port, "udp", self.log)
        for command in ("soundcard use files", f"play {self.said}", f"record {self.heard}"):
            self.do(command)
        return self

    def __exit__(self, *_):
        processes.stop(self.process)

    def do(self, command):
        self.process.stdin.write(f"{command}\n".encode())
        self.process.stdin.flush()

    def tells(self, text):
        processes.wait_for_text(self.process, self.log, text)


def talk(linphone, ours, log):
    """What both sides do in a call that stands, until linphone hangs up. Who `ours` is sends the digits 1 and 2."""
    linphone.tells("Media streams established")
    for digit in "12":
        linphone.tells(f"Receiving tone {digit}")
    linphone.do("5")
    processes.wait_for_text(ours, log, "dtmf 5")
    linphone.do("pause")
    processes.wait_for_text(ours, log, "held by the peer")
    linphone.tells("is now paused")
    linphone.do("resume 1")
    processes.wait_for_text(ours, log, "resumed by the peer")
    before = linphone.tape.stat().st_size
    processes.wait_until(lambda: linphone.tape.stat().st_size > before + SPOKEN, "recorded what was said", ours, log, 30)
    linphone.do("terminate")
    status = processes.finish(ours, 20, "our program")
    assert status == 0, f"our program ended with {status}:\n{processes.tail(log)}"
    linphone.do("quit")
    processes.finish(linphone.process, 20, "linphone")


def judged(linphone):
    """Seconds of the other's tone at each end."""
    ours = tones.seconds_of(THEIRS, speech.sides(linphone.tape)[1])
    theirs = tones.seconds_of(OURS, speech.sides(linphone.heard)[0])
    assert ours > 2 and theirs > 2, f"we heard {ours} s of {THEIRS} Hz, linphone {theirs} s of {OURS} Hz"
    return f"{THEIRS} Hz heard for {ours} s, {OURS} Hz for {theirs} s"


def arguments(linphone, media):
    return ["--media", "test", "--srtp", MEDIA[media][1], "--tone", OURS, "--dtmf", "12", "--record", linphone.tape, "-v"]


def calls(program, work, media):
    with Linphone(work, "calls", media) as linphone:
        port, log = processes.free_port(), linphone.home / "answer.log"
        answering = processes.start([program, "answer", "--bind", f"{private_network.ADDRESS}:{port}", "--calls", 1,
                                     *arguments(linphone, media)], log)
        processes.wait_until_bound(answering, port, "udp", log)
        linphone.do(f"call sip:bob@{private_network.ADDRESS}:{port}")
        talk(linphone, answering, log)
        return judged(linphone)


def is_called(program, work, media):
    with Linphone(work, "is-called", media) as linphone:
        log = linphone.home / "call.log"
        calling = processes.start([program, "call", f"sip:alice@{private_network.ADDRESS}:{linphone.port}", "--bind",
                                   f"{private_network.ADDRESS}:0", "--hangup-after", 60, *arguments(linphone, media)], log)
        talk(linphone, calling, log)
        return judged(linphone)
