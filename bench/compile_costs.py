# SPDX-License-Identifier: MIT
"""What generated machines cost: octets of text, and seconds to compile, for each unit that holds some."""
import json
import os
import pathlib
import re
import resource
import shlex
import subprocess
import tempfile


def units(build):
    """The compile commands of libsipmsg's machines."""
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    return [one for one in commands if re.search(r"sipmsg_(kernel_)?machines", one["output"])]


def text_size(obj):
    """Octets of the sections that hold instructions."""
    lines = subprocess.run(["size", "-A", obj], capture_output=True, text=True, check=True).stdout.splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(".text"))


def compile_seconds(command, directory):
    """User time of one compilation, its result thrown away."""
    with tempfile.TemporaryDirectory() as room:
        arguments = shlex.split(command)
        arguments[arguments.index("-o") + 1] = str(pathlib.Path(room) / "unit.o")
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        subprocess.run(arguments, cwd=directory, check=True, env={**os.environ, "CCACHE_DISABLE": "1"})
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def measure(build):
    """[(unit, octets of text, seconds)]"""
    costs = []
    for one in units(build):
        name = re.sub(r".*/", "", one["file"])
        costs.append((name, text_size(build / one["output"]), compile_seconds(one["command"], one["directory"])))
    return costs
