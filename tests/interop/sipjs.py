# SPDX-License-Identifier: MIT
"""SIP.js itself, from npm, in headless Chromium: registers over WebSocket, calls, is called; audio by its own statistics."""
import browsers


def tests(program, work):
    yield "SIP.js boots in Chromium", lambda: browsers.drive(work, "boot", {"page": "phone.html", "steps": ["boot"]})
    yield "SIP.js registers, calls and is called, with audio both ways", lambda: calls(program, work)


def calls(program, work):
    with browsers.Rig(program, work, "sipjs") as rig:
        bob = rig.answer("bob")
        return rig.drive("phone.html", ["boot", "register", f"dial {bob}", "audio", "hangup", "ring carol", "audio", "ended", "left"],
                         {"carol": rig.caller("carol", "--hangup-after", "6")})
