# SPDX-License-Identifier: MIT
"""Phones in headless Chromium (browser/drive.mjs), registered over WebSocket with `sipstrata serve`, and our program to
talk to."""
import json
import pathlib

import processes

BROWSER = pathlib.Path(__file__).resolve().parent / "browser"
DOMAIN = "sip.test"
PAGE_URI = f"sip:browser@{DOMAIN}"


def install(work):
    """What the pages and their remote control need, as their registry has it; nothing is downloaded twice."""
    wanted = json.loads((BROWSER / "package.json").read_text())["dependencies"]
    if not all((BROWSER / "node_modules" / name / "package.json").exists() for name in wanted):
        log = work / "npm.log"
        npm = processes.start(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"], log, cwd=BROWSER)
        assert processes.finish(npm, 180, "npm install") == 0, processes.tail(log)


def drive(work, name, plan):
    """Takes a page through a plan. What it did, in one line."""
    install(work)
    log = work / f"browser-{name}.log"
    driver = processes.start(["node", BROWSER / "drive.mjs", json.dumps(plan)], log)
    status = processes.finish(driver, 150, "the browser test")
    assert status == 0, f"the browser test ended with {status}:\n{processes.tail(log, 60)}"
    return "; ".join(line for line in log.read_text().splitlines() if line.startswith(("SIP.js", "JsSIP", "out:", "in:")))


class Rig:
    """`sipstrata serve`, and `sipstrata answer` for whom the page may call."""

    def __init__(self, program, work, name):
        self.program, self.work, self.name = program, work, name
        self.running = []
        self.serve_log, self.answer_log = self.log("serve"), self.log("answer")

    def log(self, what):
        return self.work / f"{self.name}-{what}.log"

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
        """Somebody who takes calls; its address."""
        answering = self.start(self.answer_log, "answer", "-v", "--media", "test", "--from", f"sip:{user}@{DOMAIN}", "--register",
                               *self.account, *arguments)
        processes.wait_for_text(answering, self.answer_log, "registration: registered", times=len(self.running) - 1)
        return f"sip:{user}@{DOMAIN}"

    def caller(self, user, *arguments):
        """The command that calls the page, behind the file that takes its output."""
        return [str(part) for part in (self.log(user), self.program, "call", PAGE_URI, "--media", "test", "--from",
                                       f"sip:{user}@{DOMAIN}", *self.account, *arguments)]

    def drive(self, page, steps, callers=None):
        plan = {"page": page, "steps": steps, "server": self.web, "uri": PAGE_URI, "log": str(self.answer_log), "callers": callers or {}}
        try:
            return drive(self.work, self.name, plan)
        except AssertionError as problem:
            logs = "".join(f"\n--- {path.name}\n{processes.tail(path)}" for path in
                           [self.serve_log, self.answer_log, *(pathlib.Path(command[0]) for command in plan["callers"].values())])
            raise AssertionError(f"{problem}{logs}") from None
