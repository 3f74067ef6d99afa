# SPDX-License-Identifier: MIT
"""A network of our own for everything that is started here: 127.0.0.1, and one link with an address, a default route, and
nobody at its other end. What leaves by it is counted; nothing may."""
import json
import os
import socket
import subprocess
import sys

ADDRESS, BEYOND = "10.98.0.1", "10.98.0.2"
MARK = "SIPSTRATA_PRIVATE_NETWORK"
RULES = """
table inet border {
    set gone { type ipv4_addr . inet_proto . inet_service; flags dynamic; }
    chain leaving {
        type filter hook output priority 0;
        oifname "wire" meta l4proto { tcp, udp } add @gone { ip daddr . meta l4proto . th dport } counter
        oifname "wire" counter
    }
}
"""


def enter(prepare):
    """Runs this program again, in a network of its own; returns in there. `prepare` is called before, outside."""
    if MARK not in os.environ:
        prepare()
        os.execvpe("unshare", ["unshare", "--map-root-user", "--net", sys.executable, *sys.argv], os.environ | {MARK: "yes"})
    for command in ("ip link set lo up", "ip link add wire type veth peer name beyond", "ip link set wire addrgenmode none",
                    "ip link set beyond addrgenmode none", f"ip address add {ADDRESS}/24 dev wire", "ip link set beyond up",
                    "ip link set wire up", f"ip neighbour add {BEYOND} lladdr 02:00:00:00:00:02 dev wire",
                    f"ip route add default via {BEYOND}"):
        subprocess.run(command.split(), check=True)
    guard()


def guard():
    """Counts from now on; without proof that it counts, a count of 0 proves nothing."""
    apply(RULES)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stray:
        stray.sendto(b"anybody?", ("192.0.2.1", 9))
    assert left() == (1, ["192.0.2.1 udp 9"]), f"a packet that left was not counted: {left()}"
    apply("delete table inet border\n" + RULES)


def apply(rules):
    subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)


def left():
    """How many packets have left, and where to."""
    listed = json.loads(subprocess.run(["nft", "--json", "list", "table", "inet", "border"], capture_output=True, check=True).stdout)
    objects = listed["nftables"]
    rules = [each["rule"]["expr"] for each in objects if "rule" in each]
    count = sum(part["counter"]["packets"] for part in rules[-1] if "counter" in part)
    gone = next(each["set"] for each in objects if "set" in each).get("elem", [])
    return count, [" ".join(str(part) for part in each["concat"]) for each in gone]


def nothing_left():
    count, gone = left()
    assert count == 0, f"{count} packets left: to {', '.join(gone) or 'no port'}"
    return "0 packets"
