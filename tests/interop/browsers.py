# SPDX-License-Identifier: MIT
"""Phones in headless browsers (browser/drive.mjs), registered over WebSocket with `sipstrata serve`, and our program to
talk to."""
import json
import pathlib
import subprocess

import processes
import speech
import tones

BROWSER = pathlib.Path(__file__).resolve().parent / "browser"
DOMAIN = "sip.test"
PAGE_URI = f"sip:browser@{DOMAIN}"
PITCH = 800  # hertz, of what a browser's microphone hears


def install():
    """What the pages and their remote control need, as their registry has it; nothing is downloaded twice."""
    if not is_installed():
        subprocess.run(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=BROWSER,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=180, check=False)


def is_installed():
    wanted = json.loads((BROWSER / "package.json").read_text())["dependencies"]
    return all((BROWSER / "node_modules" / name / "package.json").exists() for name in wanted)


def drive(work, name, page, steps, browser="chromium", **plan):
    """Takes a page through a plan. What it did, in one line."""
    assert is_installed(), "npm install has failed"
    log, sound = work / f"browser-{name}.log", work / f"browser-{name}.wav"
    tones.write(sound, PITCH, 10)
    plan |= {"page": page, "steps": steps, "browser": browser, "pitch": PITCH, "sound": str(sound)}
    driver = processes.start(["node", BROWSER / "drive.mjs", json.dumps(plan)], log)
    status = processes.finish(driver, 180, "the browser test")
    assert status == 0, f"the browser test ended with {status}:\n{processes.tail(log, 60)}"
    return "; ".join(line for line in log.read_text().splitlines() if line.startswith(("SIP.js", "JsSIP", "out, ", "in, ")))


class Rig:
    """`sipstrata serve`, and `sipstrata answer` for whom the page may call."""

    def __init__(self, program, work, name, address="127.0.0.1"):
        """`address`: where our program's media is; some browsers have none on loopback."""
        self.program, self.work, self.name = program, work, name
        self.bind = ["--bind", f"{address}:0"] if address != "127.0.0.1" else []
        self.running, self.callees, self.callers = [], {}, {}
        self.serve_log = self.log("serve")

    def log(self, what):
        return self.work / f"{self.name}-{what}.log"

    def tape(self, user):
        return self.work / f"{self.name}-{user}.wav"

    def start(self, log, *arguments):
        process = processes.start([self.program, *arguments], log)
        self.running.append(process)
        return process

    def __enter__(self):
        udp, tcp, web = processes.free_port(), processes.free_port(), processes.free_port()
        self.account = ["--proxy", f"sip:127.0.0.1:{udp};transport=udp"]
        self.web = f"ws://127.0.0.1:{web}"
        serving = self.start(self.serve_log, "serve", "-v", "--domain", DOMAIN, "--udp", f"127.0.0.1:{udp}", "--tcp",
                             f"127.0.0.1:{tcp}", "--ws", f"127.0.0.1:{web}")
        for port, transport in ((udp, "udp"), (tcp, "tcp"), (web, "tcp")):
            processes.wait_until_bound(serving, port, transport, self.serve_log)
        return self

    def __exit__(self, *_):
        for process in reversed(self.running):
            processes.stop(process)

    def answer(self, user, *arguments):
        """Somebody who takes calls."""
        log = self.log(user)
        answering = self.start(log, "answer", "-v", "--from", f"sip:{user}@{DOMAIN}", "--register", *self.account, *self.bind, "--record",
                               self.tape(user), *arguments)
        processes.wait_for_text(answering, log, "registration: registered")
        self.callees[user] = {"uri": f"sip:{user}@{DOMAIN}", "log": str(log)}

    def caller(self, user, *arguments):
        """Somebody who calls the page when that is ready."""
        command = [self.program, "call", PAGE_URI, "--from", f"sip:{user}@{DOMAIN}", *self.account, *self.bind, "--record",
                   self.tape(user), *arguments]
        self.callers[user] = {"command": [str(part) for part in command], "log": str(self.log(user))}

    def drive(self, page, steps, browser="chromium"):
        try:
            done = drive(self.work, self.name, page, steps, browser, server=self.web, uri=PAGE_URI, callees=self.callees,
                         callers=self.callers)
            return f"{done}; {self.judged()}"
        except AssertionError as problem:
            logs = "".join(f"\n--- {path.name}\n{processes.tail(path)}" for path in
                           [self.serve_log, *(pathlib.Path(peer["log"]) for peer in (self.callees | self.callers).values())])
            raise AssertionError(f"{problem}{logs}") from None

    def judged(self):
        """Each of ours must have heard the microphone of the browser."""
        heard = {user: tones.seconds_of(PITCH, speech.sides(self.tape(user))[1]) for user in self.callees | self.callers}
        assert min(heard.values()) > 1, f"seconds of {PITCH} Hz that were heard: {heard}"
        return f"{PITCH} Hz heard for " + ", ".join(f"{seconds} s" for seconds in heard.values())
