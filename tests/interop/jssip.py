# SPDX-License-Identifier: MIT
"""JsSIP itself, from npm, in headless Chromium: calls and is called, holds and is held, and sends and hears digits."""
import browsers

HOLDING = ["--do", "hold@3", "--do", "resume@8"]  # seconds after the answer; the page sees both, and what they do
DIGITS = ["--do", r"info:application/dtmf-relay:Signal=7@1"]


def tests(program, work):
    yield "JsSIP calls: audio both ways, hold by either side, digits both ways", lambda: calls(program, work)
    yield "JsSIP is called: audio both ways, hold by either side, digits both ways", lambda: is_called(program, work)


def calls(program, work):
    with browsers.Rig(program, work, "jssip-calls") as rig:
        rig.answer("bob", "--media", "test", *DIGITS)
        rig.answer("holder", "--media", "test", *HOLDING)
        return rig.drive("jssip.html", ["boot", "register", "dial bob", "hears 7", "audio", "tones 12#", "infos 5", "hold",
                                        "hangup", "dial holder", "held", "hangup"])


def is_called(program, work):
    with browsers.Rig(program, work, "jssip-is-called") as rig:
        rig.caller("carol", "--media", "test", *DIGITS, "--hangup-after", "120")
        rig.caller("holder", "--media", "test", *HOLDING, "--hangup-after", "120")
        return rig.drive("jssip.html", ["boot", "register", "ring carol", "hears 7", "audio", "tones 12#", "infos 5", "hold",
                                        "hangup", "left", "ring holder", "held", "hangup", "left"])
