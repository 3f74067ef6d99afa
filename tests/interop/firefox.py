# SPDX-License-Identifier: MIT
"""SIP.js in headless Firefox: calls and is called. Firefox gathers no candidates on loopback, so media has an address."""
import browsers
import private_network

EVERYTHING = ["audio", "pitch 440", "video", "reads hello", "writes goodbye"]
CHANGES = ["hold", "tones 12#", "infos 5"]


def tests(program, work):
    yield "Firefox calls: sound, pictures, texts, hold, digits", lambda: calls(program, work)
    yield "Firefox is called: sound, pictures, texts, hold, digits", lambda: is_called(program, work)


def calls(program, work):
    with browsers.Rig(program, work, "firefox-calls", private_network.ADDRESS) as rig:
        rig.answer("bob", "--media", "test", "--data", "--do", "text:hello@0")
        return rig.drive("phone.html", ["boot", "register", "dial bob video data", *EVERYTHING, *CHANGES, "hangup",
                                        "figured audio=200 video=30"], "firefox")


def is_called(program, work):
    with browsers.Rig(program, work, "firefox-is-called", private_network.ADDRESS) as rig:
        rig.caller("carol", "--media", "test", "--data", "--do", "text:hello@0", "--hangup-after", "120")
        return rig.drive("phone.html", ["boot", "register", "ring carol video data", *EVERYTHING, *CHANGES, "hangup",
                                        "figured audio=200 video=30", "left"], "firefox")
