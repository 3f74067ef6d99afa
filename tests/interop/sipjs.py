# SPDX-License-Identifier: MIT
"""SIP.js itself, from npm, in headless Chromium: registers over WebSocket, calls, is called; audio by its own statistics."""
import json
import pathlib

import processes

BROWSER = pathlib.Path(__file__).resolve().parent / "browser"
DOMAIN = "sip.test"


def tests(program, work):
    yield "SIP.js boots in Chromium", lambda: boot(work)
    yield "SIP.js registers, calls and is called, with audio both ways", lambda: calls(program, work)


def install(work):
    """SIP.js and the browser's remote control, as their registry has them; nothing is downloaded twice."""
    if not all((BROWSER / "node_modules" / name / "package.json").exists() for name in ("sip.js", "playwright-core")):
        log = work / "npm.log"
        npm = processes.start(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"], log, cwd=BROWSER)
        assert processes.finish(npm, 180, "npm install") == 0, processes.tail(log)


def drive(work, name, plan):
    install(work)
    log = work / f"browser-{name}.log"
    driver = processes.start(["node", BROWSER / "drive.mjs", json.dumps(plan)], log)
    status = processes.finish(driver, 150, "the browser test")
    assert status == 0, f"the browser test ended with {status}:\n{processes.tail(log, 60)}"
    return "; ".join(line for line in log.read_text().splitlines() if line.startswith(("SIP.js", "out:", "in:")))


def boot(work):
    return drive(work, "boot", {"steps": ["boot"]})


def calls(program, work):
    udp, tcp, web = processes.free_port(), processes.free_port(), processes.free_port()
    serve_log, answer_log = work / "serve.log", work / "answer-browser.log"
    serving = processes.start([program, "serve", "-v", "--domain", DOMAIN, "--udp", f"127.0.0.1:{udp}",
                               "--tcp", f"127.0.0.1:{tcp}", "--ws", f"127.0.0.1:{web}"], serve_log)
    answering = None
    try:
        for port, transport in ((udp, "udp"), (tcp, "tcp"), (web, "tcp")):
            processes.wait_until_bound(serving, port, transport, serve_log)
        account = ["--proxy", f"sip:127.0.0.1:{udp};transport=udp"]
        answering = processes.start([program, "answer", "-v", "--media", "test", "--from", f"sip:bob@{DOMAIN}", "--register",
                                     *account], answer_log)
        return drive(work, "calls", {
            "steps": ["boot", "register", "call", "called"],
            "server": f"ws://127.0.0.1:{web}",
            "uri": f"sip:browser@{DOMAIN}",
            "callee": f"sip:bob@{DOMAIN}",
            "caller": [str(program), "call", f"sip:browser@{DOMAIN}", "--media", "test", "--from", f"sip:carol@{DOMAIN}",
                       "--hangup-after", "6", *account],
        })
    except AssertionError as problem:
        raise AssertionError(f"{problem}\n--- serve\n{processes.tail(serve_log)}\n--- answer\n{processes.tail(answer_log)}") from None
    finally:
        if answering:
            processes.stop(answering)
        processes.stop(serving)
