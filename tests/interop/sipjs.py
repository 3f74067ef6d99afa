# SPDX-License-Identifier: MIT
"""SIP.js itself, from npm, in headless Chromium: registers over WebSocket, calls, is called, with sound, pictures and texts;
holds, sends digits, adds video, restarts ICE. Judged by what is decoded and heard at both ends."""
import browsers

EVERYTHING = ["audio", "pitch 440", "video", "reads hello", "writes goodbye"]
CHANGES = ["hold", "tones 12#", "infos 5", "restart", "audio", "video", "reopen", "writes again"]
# Seconds after the answer; the page waits for each.
ADDING = ["--media", "sound", "--do", "video@3"]
ADDED = ["welcome", "audio", "restarted", "audio", "video", "hangup", "figured audio=100 video=20"]
# No restart of theirs, as pages do it: ours follows.
ADDS = ["audio", "add", "restarted", "audio", "video", "hangup", "figured audio=100 video=20"]
RESTARTING = ["--media", "test", "--data", "--do", "text:hello@0", "--do", "restart@3"]
RESTARTED = ["reads hello", "writes one", "restarted", "audio", "video", "writes two", "hangup", "figured audio=100 video=20"]


def tests(program, work):
    yield "SIP.js boots in Chromium", lambda: browsers.drive(work, "boot", "phone.html", ["boot"])
    yield "SIP.js calls: sound, pictures, texts, hold, digits, ICE restart", lambda: calls(program, work)
    yield "SIP.js calls and is called with H.264", lambda: speaks_h264(program, work)
    yield "SIP.js is called: sound, pictures, texts, hold, digits, ICE restart", lambda: is_called(program, work)
    yield "SIP.js adds video to its call; we add video and restart ICE, in either role", lambda: changes(program, work)


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


def speaks_h264(program, work):
    with browsers.Rig(program, work, "sipjs-h264") as rig:
        rig.answer("bob", "--video-codecs", "H264")
        rig.caller("carol", "--video-codecs", "H264,VP8", "--hangup-after", "60")
        figures = ["audio", "video", "hangup", "figured audio=100 video=30"]
        return rig.drive("phone.html", ["boot", "register", "dial bob video", *figures, "ring carol video", *figures, "left"])


def changes(program, work):
    with browsers.Rig(program, work, "sipjs-changes") as rig:
        rig.answer("bob", "--media", "test")
        rig.answer("adder", *ADDING)
        rig.answer("restarter", *RESTARTING)
        rig.caller("carol", *ADDING, "--hangup-after", "120")
        rig.caller("dave", *RESTARTING, "--hangup-after", "120")
        return rig.drive("phone.html", ["boot", "register",
                                        "dial bob", "audio", "add restart", "audio", "video", "hangup", "figured audio=100 video=20",
                                        "dial bob", *ADDS, "dial adder", *ADDED, "dial restarter video data", *RESTARTED,
                                        "ring carol", *ADDED, "left", "ring dave video data", *RESTARTED, "left"])
