# SPDX-License-Identifier: MIT
"""JsSIP itself, from npm, in headless Chromium: calls and is called, with sound, pictures and texts; holds and is
held, sends and hears digits, restarts ICE, takes the video that is added, and adds video and texts."""
import browsers

HOLDING = ["--media", "test", "--do", "hold@3", "--do", "resume@8"]  # seconds after the answer; the page waits for each
ADDING = ["--media", "sound", "--do", "video@3"]
DIGITS = ["--media", "test", "--data", "--do", "text:hello@0", "--do", r"info:application/dtmf-relay:Signal=7@1"]
CHATS = ["audio", "chat", "restarted", "audio", "writes goodbye", "hangup", "figured audio=100"]
ADDS = ["audio", "add", "restarted", "audio", "video", "hangup", "figured audio=100 video=20"]
EVERYTHING = ["hears 7", "audio", "pitch 440", "video", "reads hello", "writes goodbye", "tones 12#", "infos 5", "hold", "restart",
              "audio", "video", "hangup", "figured audio=200 video=30"]
ADDED = ["welcome", "audio", "restarted", "audio", "video", "hangup", "figured audio=100 video=20"]
WHAT = "sound, pictures, texts, hold by either side, digits both ways, ICE restart, video added"


def tests(program, work):
    yield f"JsSIP calls: {WHAT}, texts added", lambda: calls(program, work)
    yield f"JsSIP is called: {WHAT}", lambda: is_called(program, work)


def calls(program, work):
    with browsers.Rig(program, work, "jssip-calls") as rig:
        rig.answer("bob", *DIGITS)
        rig.answer("holder", *HOLDING)
        rig.answer("adder", *ADDING)
        rig.answer("plain", "--media", "test")
        rig.answer("chatter", "--media", "test", "--data")
        return rig.drive("jssip.html", ["boot", "register", "dial bob video data", *EVERYTHING, "dial holder", "held", "audio",
                                        "add restart", "audio", "video", "hangup", "dial plain", *ADDS, "dial adder", *ADDED,
                                        "dial chatter", *CHATS])


def is_called(program, work):
    with browsers.Rig(program, work, "jssip-is-called") as rig:
        rig.caller("carol", *DIGITS, "--hangup-after", "120")
        rig.caller("holder", *HOLDING, "--hangup-after", "120")
        rig.caller("adder", *ADDING, "--hangup-after", "120")
        return rig.drive("jssip.html", ["boot", "register", "ring carol video data", *EVERYTHING, "left", "ring holder", "held",
                                        "audio", "seen", "hangup", "left", "ring adder", *ADDED, "left"])
