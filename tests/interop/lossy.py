# SPDX-License-Identifier: MIT
"""Our program calls itself over a real network of three namespaces: both ends drop packets by nftables, and what joins
them delays, doubles and so reorders what it carries. Everything is gone with the processes that hold the namespaces."""
import json
import pathlib
import subprocess
import sys

import processes

CALLS = 100
TOGETHER = 10
DROPPED = 10    # per cent, at each end
ADDRESS = {"a": "10.99.0.1", "b": "10.99.0.2"}
CABLE = pathlib.Path(__file__).with_name("cable.py")
RULES = """
table inet wire {{
    chain arriving {{
        type filter hook input priority 0;
        meta l4proto udp numgen random mod 100 < {dropped} counter drop
        meta l4proto udp counter accept
    }}
}}
"""


def tests(program, work):
    """Yields (name, function); a function raises AssertionError or returns a line of figures."""
    yield "calls over a lossy network", lambda: calls(program, work)


class Network:
    """Namespaces a, b and cable; a and b each have one link, which ends in cable."""

    def __init__(self, work):
        self.work = work
        self.holders = {}

    def __enter__(self):
        self.holders["cable"] = self.hold(["unshare", "--map-root-user", "--net"])
        for end, address in ADDRESS.items():
            self.holders[end] = self.hold(self.inside("cable") + ["unshare", "--net"])
            self.run("cable", "ip", "link", "add", f"to-{end}", "type", "veth", "peer", "name", "wire", "netns",
                     self.holders[end].pid)
            self.run("cable", "ip", "link", "set", f"to-{end}", "up")
            self.run(end, "ip", "address", "add", f"{address}/24", "dev", "wire")
            for link in ("lo", "wire"):
                self.run(end, "ip", "link", "set", link, "up")
            self.run(end, "nft", "-f", "-", text=RULES.format(dropped=DROPPED))
        self.start("cable", [sys.executable, CABLE, "to-a", "to-b"], self.work / "cable.log")
        return self

    def __exit__(self, *_):
        for holder in self.holders.values():
            processes.stop(holder)

    def hold(self, command):
        """A namespace lives as long as a process in it: this one says when it is there."""
        log = self.work / f"namespace-{len(self.holders)}.log"
        holder = processes.start([*command, "sh", "-c", "echo there; exec sleep 1000"], log)
        processes.wait_for_text(holder, log, "there")
        return holder

    def inside(self, name):
        return ["nsenter", "--target", self.holders[name].pid, "--user", "--net", "--preserve-credentials"]

    def run(self, name, *command, text=None):
        done = subprocess.run([str(part) for part in (*self.inside(name), *command)], input=text, capture_output=True, text=True,
                              check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout

    def start(self, name, command, log):
        return processes.start([*self.inside(name), *command], log)

    def dropped(self):
        """Datagrams that the two ends have dropped, and taken."""
        counts = [0, 0]
        for end in ADDRESS:
            rules = json.loads(self.run(end, "nft", "--json", "list", "ruleset"))["nftables"]
            packets = [part["counter"]["packets"] for rule in rules if "rule" in rule for part in rule["rule"]["expr"]
                       if "counter" in part]
            counts = [sum(pair) for pair in zip(counts, packets)]
        return counts


def calls(program, work):
    work = work / "lossy"
    work.mkdir()
    with Network(work) as network:
        log = work / "answer.log"
        answering = network.start("b", [program, "answer", "--media", "none", "--bind", f"{ADDRESS['b']}:5060", "--calls", CALLS],
                                  log)
        processes.wait_for_text(answering, log, "listening tcp")
        calling = network.start("a", [program, "call", f"sip:bob@{ADDRESS['b']}", "--media", "none",
                                      "--bind", f"{ADDRESS['a']}:5060", "--hangup-after", "0.5", "--repeat", CALLS,
                                      "--concurrency", TOGETHER], work / "call.log")
        status = processes.finish(calling, 400, "call")
        assert status == 0, f"call ended with {status}:\n{processes.tail(work / 'call.log')}"
        assert processes.finish(answering, 60, "answer") == 0, processes.tail(log)
        lost, taken = network.dropped()
        assert lost > CALLS / 5, f"{lost} datagrams lost: that was no lossy network"
    return f"{CALLS} calls good, {lost} of {lost + taken} datagrams lost"
