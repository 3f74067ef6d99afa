# SPDX-License-Identifier: MIT
"""SIP.js itself, from npm, in headless Chromium: registers over WebSocket, calls, is called, with sound, pictures and texts;
holds, sends digits, adds video, restarts ICE. Judged by what is decoded and heard at both ends."""
import browsers

EVERYTHING = ["audio", "pitch 440", "video", "reads hello", "writes goodbye"]
CHANGES = ["hold", "tones 12#", "infos 5", "restart", "audio", "video"]


def tests(program, work):
    yield "SIP.js boots in Chromium", lambda: browsers.drive(work, "boot", "phone.html", ["boot"])
    yield "SIP.js calls: sound, pictures, texts, hold, digits, ICE restart", lambda: calls(program, work)
    yield "SIP.js is called: sound, pictures, texts, hold, digits, ICE restart", lambda: is_called(program, work)


def calls(program, work):
    with browsers.Rig(program, work, "sipjs-calls") as rig:
        rig.answer("bob", "--media", "test", "--data", "--do", "text:hello@0")
        return rig.drive("phone.html", ["boot", "register", "dial bob video data", *EVERYTHING, *CHANGES, "hangup",
                                        "figured audio=200 video=30"])


def is_called(program, work):
    with browsers.Rig(program, work, "sipjs-is-called") as rig:
        rig.caller("carol", "--media", "test", "--data", "--do", "text:hello@0", "--hangup-after", "120")
        return rig.drive("phone.html", ["boot", "register", "ring carol video data", *EVERYTHING, *CHANGES, "hangup",
                                        "figured audio=200 video=30", "left"])
