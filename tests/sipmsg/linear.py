#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Work grows with the octets: instructions for each hostile shape at n and at 2n, counted by callgrind.

linear.py PROGRAM: runs it once; every call of measure() makes one dump. No clock is read, so no load disturbs it.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

MOST = 2.2


def counted(program, directory):
    """[(octets, shape, instructions)] in the order of the calls."""
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--toggle-collect=measure", "--dump-after=measure",
         f"--callgrind-out-file={directory}/out", program], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"linear: {program} failed:\n{run.stderr}")
    calls = [line.split("\t") for line in run.stdout.splitlines()]
    # The last dump is made at exit and counts nothing.
    dumps = sorted((path for path in directory.glob("out.*")), key=lambda path: int(path.suffix[1:]))
    if len(dumps) < len(calls):
        sys.exit(f"linear: {len(calls)} calls, but {len(dumps)} dumps")
    totals = [re.search(r"^(?:summary|totals): (\d+)", dump.read_text(errors="replace"), re.M) for dump in dumps]
    return [(int(octets), shape, int(total.group(1))) for (octets, shape), total in zip(calls, totals)]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as directory:
        cells = counted(sys.argv[1], pathlib.Path(directory))
    print(f"{'':38}{'octets':>8}{'instructions':>15}{'at twice':>15}{'ratio':>8}")
    failed = 0
    for (octets, shape, once), (_, _, twice) in zip(cells[::2], cells[1::2]):
        ratio = twice / once
        failed += ratio > MOST
        print(f"{shape:38}{octets:8}{once:15,}{twice:15,}{ratio:8.3f}{'  not linear' if ratio > MOST else ''}")
    if len(cells) < 60:
        sys.exit("linear: fewer than thirty shapes")
    sys.exit(1 if failed else 0)


main()
