# SPDX-License-Identifier: MIT
"""Does tshark read what we write? Usage: pcapng_test.py SAMPLE_PROGRAM; skipped (77) without tshark."""
import os
import shutil
import subprocess
import sys
import tempfile

if not shutil.which("tshark"):
    sys.exit(77)

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "sample.pcapng")
    subprocess.run([sys.argv[1], path], check=True)
    octets = open(path, "rb").read()
    assert b"5ec2e7" not in octets, "a digest response stands in the trace"
    assert b'response="******"' in octets
    fields = ["frame.time_epoch", "ip.src", "ipv6.src", "udp.srcport", "udp.dstport", "sip.Request-Line", "sip.Status-Line", "udp.checksum.status",
              "frame.comment"]
    command = ["tshark", "-r", path, "-o", "udp.check_checksum:TRUE", "-T", "fields", "-E", "separator=|", "-Y", "sip"]
    for field in fields:
        command += ["-e", field]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [line.split("|") for line in result.stdout.splitlines()]
    print(result.stdout)
    assert len(rows) == 4, rows
    assert rows[0][1] == "192.0.2.1" and rows[0][3:6] == ["5060", "5060", "INVITE sip:bob@example.com SIP/2.0"], rows[0]
    assert rows[1][6] == "SIP/2.0 180 Ringing" and "over ws" in rows[1][8], rows[1]
    assert rows[2][2] == "2001:db8::1" and rows[2][5].startswith("REGISTER"), rows[2]
    assert all(row[7] == "1" or row[7] == "Good" for row in rows), rows
    assert abs(float(rows[1][0]) - float(rows[0][0]) - 0.0015) < 1e-6, rows
