#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The examples, as a newcomer runs them: usage `examples_test.py FOLDER PROGRAM`. Loopback only, ports of the system's
choice; what is waited for is a line."""
import pathlib
import socket
import subprocess
import sys
import threading
import unittest

FOLDER, PROGRAM = pathlib.Path(sys.argv[1]), sys.argv[2]
del sys.argv[1:]

OPTIONS = ("OPTIONS sip:bob@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{n};rport\r\nMax-Forwards: {hops}\r\n"
           "From: <sip:alice@{own}>;tag=1\r\nTo: <sip:bob@127.0.0.1>\r\nCall-ID: {n}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")


def run(name, *args, stdin=None, timeout=40):
    done = subprocess.run([FOLDER / name, *args], input=stdin, capture_output=True, text=True, timeout=timeout)
    return done.returncode, done.stdout


class Running:
    """A program that runs until the block ends."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.guard = threading.Timer(60, self.process.kill)
        self.guard.start()

    def line(self):
        return self.process.stdout.readline().strip()

    def until(self, text):
        line = self.line()
        while line and text not in line:
            line = self.line()
        return line

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()
        self.guard.cancel()


def example(name, *args):
    return Running(FOLDER / name, *args)


class Phone(Running):
    """A phone that answers, and follows transfers."""

    def __init__(self, user="bob", *args):
        super().__init__(PROGRAM, "answer", "--bind", "127.0.0.1:0", "--follow", *args)
        lines = [self.line().split() for _ in range(2)]
        self.uri = f"sip:{user}@{next(address for _, transport, address in lines if transport == 'udp')}"


def ask(address, text, **values):
    """The answer to a datagram."""
    host, port = address.rsplit(":", 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind(("127.0.0.1", 0))
        own.settimeout(20)
        own.sendto(text.format(own=f"127.0.0.1:{own.getsockname()[1]}", **values).encode(), (host, int(port)))
        return own.recv(65536).decode()


class Examples(unittest.TestCase):
    def test_parse_message(self):
        message = OPTIONS.format(own="192.0.2.1", n=1, hops=70)
        code, out = run("parse_message", stdin=message)
        self.assertEqual((code, out.splitlines()[:2]), (0, ["OPTIONS to sip:bob@127.0.0.1", "from alice@192.0.2.1"]))
        self.assertEqual(run("parse_message", stdin="no message")[0], 1)

    def test_options_responder(self):
        with example("options_responder", "127.0.0.1:0") as responder:
            address = responder.line().split()[1]
            answer = ask(address, OPTIONS, n=1, hops=70)
            self.assertTrue(answer.startswith("SIP/2.0 200 OK\r\n"), answer)
            answer = ask(address, OPTIONS.replace("OPTIONS", "MESSAGE"), n=2, hops=70)
            self.assertTrue(answer.startswith("SIP/2.0 405 "), answer)

    def test_proxy(self):
        with example("options_responder", "127.0.0.1:0") as responder:
            with example("proxy", "127.0.0.1:0", "sip:" + responder.line().split()[1]) as proxy:
                address = proxy.line().split()[1]
                answer = ask(address, OPTIONS, n=1, hops=70)
                self.assertTrue(answer.startswith("SIP/2.0 200 OK\r\n"), answer)
                self.assertEqual(answer.count("Via:"), 1)
                answer = ask(address, OPTIONS, n=2, hops=0)
                self.assertTrue(answer.startswith("SIP/2.0 483 "), answer)

    def test_proxy_with_a_call(self):
        with Phone() as bob, example("proxy", "127.0.0.1:0", bob.uri) as proxy:
            code, out = run("call", "sip:bob@" + proxy.line().split()[1], "0")
            self.assertEqual((code, out.split()[:2]), (0, ["180", "talking"]))

    def test_register(self):
        with Running(PROGRAM, "serve", "--udp", "127.0.0.1:0") as server:
            address = server.line().split()[2]
            code, out = run("register", f"sip:alice@{address}", "alice", "secret", "0")
            self.assertEqual(code, 0)
            self.assertEqual([line for line in out.splitlines() if "@" not in line], ["registered", "unregistered", "terminated"])

    def test_call_and_answer_bot(self):
        with example("answer_bot", "udp:127.0.0.1:0", "30") as bot:
            address = bot.line()
            code, out = run("call", f"sip:bot@{address}", "0")
            self.assertEqual((code, "talking to" in out), (0, True))
            self.assertIn("over: remote_bye", bot.until("over"))
        with example("answer_bot", "udp:127.0.0.1:0", "0") as bot:
            self.assertIn("talked for 0 s", run("call", f"sip:bot@{bot.line()}", "20")[1])
        self.assertIn("no call", run("call", "sip:nobody@127.0.0.1:1", "1")[1])

    def test_transfer(self):
        with Phone("bob") as bob, Phone("carol") as carol:
            code, out = run("transfer", bob.uri, carol.uri)
            self.assertEqual((code, out.splitlines()[-1]), (0, "connected"))

    def test_message(self):
        with Phone() as bob:
            self.assertEqual(run("message", bob.uri, "hello"), (0, "delivered\n"))
        code, out = run("message", "sip:nobody@127.0.0.1:1", "hello")
        self.assertEqual((code, out.startswith("not delivered: ")), (1, True))

    def test_presence(self):
        code, out = run("presence")
        self.assertEqual((code, out.splitlines()[:3]), (0, ["bob hears: unknown", "bob hears: open", "bob hears: in a meeting"]))

    def test_click_to_call(self):
        with Phone("alice") as alice, Phone("bob") as bob:
            code, out = run("click_to_call", alice.uri, bob.uri)
            self.assertEqual(code, 0)
            self.assertEqual(sorted(out.split()), sorted(["asked", "100", "180", "200"]))

    def test_load(self):
        with Phone() as bob:
            code, out = run("load", bob.uri, "200", "20")
            self.assertEqual((code, out.splitlines()[0]), (0, "200 answered"))

    def test_simulated_test(self):
        self.assertEqual(run("simulated_test"), (0, "100 hours, each another storm: all well\n"))

    def test_each_is_short(self):
        for source in (pathlib.Path(__file__).parents[2] / "tools" / "examples").glob("*.cpp"):
            lines = len(source.read_text(encoding="utf-8").splitlines())
            self.assertLess(lines, 80 if source.stem == "voice_bot" else 60, source.name)


if __name__ == "__main__":
    unittest.main()
