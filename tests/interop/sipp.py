# SPDX-License-Identifier: MIT
"""SIPp's own built-in scenarios against the program, both ways, over UDP and TCP: a thousand calls without a failure;
and one call whose sound SIPp sends back."""
import csv
import json

import processes

CALLS = 1000
RATE = 100          # new calls a second
PATIENCE = 180      # seconds for all calls; several times what they take
TRANSPORT = {"udp": "u1", "tcp": "t1"}


def tests(program, work):
    """Yields (name, function); a function raises AssertionError or returns a line of figures."""
    for transport in ("udp", "tcp"):
        yield f"sipp uac calls answer, {transport}", lambda transport=transport: sipp_calls(program, work, transport)
        yield f"call calls sipp uas, {transport}", lambda transport=transport: sipp_is_called(program, work, transport)


    yield "call hears its echo from sipp uas", lambda: echo(program, work)


def echo(program, work):
    port, media, log = processes.free_port(), processes.free_port() // 2 * 2 + 2, work / "echo.json"
    sipp = processes.start(["sipp", "-sn", "uas", "-rtp_echo", "-mi", "127.0.0.1", "-mp", media, "-i", "127.0.0.1", "-p", port,
                            "-m", 1, "-nostdin"], work / "sipp-echo.log", cwd=work)
    try:
        processes.wait_until_bound(sipp, port, "udp", work / "sipp-echo.log")
        calling = processes.start([program, "call", f"sip:service@127.0.0.1:{port}", "--srtp", "none", "--codecs", "PCMU",
                                   "--hangup-after", 2, "--json"], log)
        status = processes.finish(calling, 60, "call")
    finally:
        processes.stop(sipp)
    assert status == 0, f"call ended with {status}:\n{processes.tail(log)}"
    figures = json.loads(log.read_text().splitlines()[-1])["media"][0]
    assert figures["codec"] == "PCMU" and figures["frames_decoded"] > 40, figures
    return f"{figures['packets_sent']} packets sent, {figures['frames_decoded']} came back and were decoded"


def sipp_calls(program, work, transport):
    port, log = processes.free_port(), work / f"answer-{transport}.log"
    answering = processes.start([program, "answer", "--media", "none", "--transport", transport,
                                 "--bind", f"127.0.0.1:{port}"], log)
    processes.wait_until_bound(answering, port, transport, log)
    sipp, sipp_log, figures = start_sipp(work, f"uac-{transport}", transport, [
        "-sn", "uac", "-s", "service", "-r", RATE, "-l", 200, f"127.0.0.1:{port}"])
    try:
        status = processes.finish(sipp, PATIENCE, "sipp uac")
        assert answering.poll() is None, f"answer ended with {answering.returncode}:\n{processes.tail(log)}"
    finally:
        processes.stop(answering)
    return judged(status, figures, sipp_log, log)


def sipp_is_called(program, work, transport):
    port, log = processes.free_port(), work / f"call-{transport}.log"
    # SIPp's uas keeps a finished call for 4 s, and counts one as failed when its connection is closed meanwhile; without
    # reconnect_close it does not, whoever calls (SIPp's own uac has the same effect).
    sipp, sipp_log, figures = start_sipp(work, f"uas-{transport}", transport, ["-sn", "uas", "-reconnect_close", "false"], port)
    processes.wait_until_bound(sipp, port, transport, sipp_log)
    calling = processes.start([program, "call", f"sip:service@127.0.0.1:{port};transport={transport}", "--media", "none",
                               "--hangup-after", 0, "--repeat", CALLS, "--bind", f"127.0.0.1:{processes.free_port()}"], log)
    try:
        called = processes.finish(calling, PATIENCE, "call")
        assert called == 0, f"call ended with {called}:\n{processes.tail(log)}"
        status = processes.finish(sipp, 30, "sipp uas")  # it ends by itself after its last call's time-wait
    finally:
        processes.stop(calling)
        processes.stop(sipp)
    return judged(status, figures, sipp_log, log)


def start_sipp(work, name, transport, arguments, port=None):
    figures, log = work / f"sipp-{name}.csv", work / f"sipp-{name}.log"
    process = processes.start(["sipp", *arguments, "-i", "127.0.0.1", "-p", port or processes.free_port(),
                               "-t", TRANSPORT[transport], "-m", CALLS, "-nostdin", "-timeout", PATIENCE, "-timeout_error",
                               "-trace_stat", "-stf", figures, "-fd", 1, "-trace_err", "-error_file", work / f"sipp-{name}.err"],
                              log, cwd=work)
    return process, log, figures


def judged(status, figures, sipp_log, log):
    """The figures that SIPp itself counted; fails unless every call was good."""
    with open(figures, newline="") as table:
        last = list(csv.DictReader(table, delimiter=";"))[-1]
    good, bad = int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"])
    line = f"{good} good, {bad} failed, {last['Retransmissions(C)']} retransmissions, {last['ElapsedTime(C)']}"
    assert status == 0 and (good, bad) == (CALLS, 0), (
        f"sipp ended with {status}: {line}\n{processes.tail(sipp_log)}\n{processes.tail(log)}")
    return line
