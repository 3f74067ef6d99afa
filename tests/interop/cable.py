# SPDX-License-Identifier: MIT
"""cable.py LINK LINK: carries Ethernet frames between two links, each 1 to 40 ms late, one in ten twice. What is late by
chance comes out of order."""
import heapq
import random
import select
import socket
import sys
import time

ETHERNET, IPV4, UDP = 14, 0x0800, 17
OUTGOING = 4  # PACKET_OUTGOING: what we sent ourselves


def without_checksum(frame):
    """Between namespaces the kernel leaves UDP checksums to the card that is not there; 0 means there is none."""
    header = ETHERNET + (frame[ETHERNET] & 15) * 4
    is_udp = int.from_bytes(frame[12:14], "big") == IPV4 and frame[ETHERNET + 9] == UDP and len(frame) >= header + 8
    return frame[:header + 6] + b"\0\0" + frame[header + 8:] if is_udp else frame


def carry(names):
    links = []
    for name in names:
        link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        link.bind((name, 0))
        links.append(link)
    late, count = [], 0
    while True:
        now = time.monotonic()
        while late and late[0][0] <= now:
            _, _, link, frame = heapq.heappop(late)
            link.send(frame)
        ready, _, _ = select.select(links, [], [], max(0, late[0][0] - now) if late else None)
        for link in ready:
            frame, address = link.recvfrom(65536)
            if address[2] == OUTGOING:
                continue
            other = links[1 - links.index(link)]
            for _ in range(2 if random.random() < 0.1 else 1):
                count += 1
                heapq.heappush(late, (time.monotonic() + random.uniform(0.001, 0.04), count, other, without_checksum(frame)))


carry(sys.argv[1:])
