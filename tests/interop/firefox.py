# SPDX-License-Identifier: MIT
"""SIP.js and JsSIP in headless Firefox: call and are called. Firefox gathers no candidates on loopback, so media has an
address. It takes no other certificate in a call, so ICE is never restarted, and video not added."""
import browsers
import private_network

PAGES = {"SIP.js": "phone.html", "JsSIP": "jssip.html"}
PEER = ["--media", "test", "--data", "--do", "text:hello@0"]
EVERYTHING = ["audio", "pitch 440", "video", "reads hello", "writes goodbye", "hold", "tones 12#", "infos 5"]
REFUSED = {"SIP.js": ["keep", "audio", "video"], "JsSIP": []}  # JsSIP ends a call whose re-INVITE is refused
ENOUGH = ["hangup", "figured audio=200 video=30"]
STAYS = ["audio", "audio", "audio", "add", "audio", "hold", "hangup", "figured audio=300"]
WHAT = "sound, pictures, texts, hold, digits"


def tests(program, work):
    for name in PAGES:
        yield f"Firefox calls by {name}: {WHAT}, no ICE restart", lambda name=name: calls(program, work, name)
        yield f"Firefox is called by {name}: {WHAT}", lambda name=name: is_called(program, work, name)


def calls(program, work, name):
    with browsers.Rig(program, work, f"firefox-{name}-calls", private_network.ADDRESS) as rig:
        rig.answer("bob", *PEER)
        rig.answer("restarter", "--media", "test", "--do", "restart@3")
        return rig.drive(PAGES[name], ["boot", "register", "dial bob video data", *EVERYTHING, *REFUSED[name], *ENOUGH,
                                       "dial restarter", *STAYS], "firefox")


def is_called(program, work, name):
    with browsers.Rig(program, work, f"firefox-{name}-is-called", private_network.ADDRESS) as rig:
        rig.caller("carol", *PEER, "--hangup-after", "120")
        return rig.drive(PAGES[name], ["boot", "register", "ring carol video data", *EVERYTHING, *ENOUGH, "left"], "firefox")
