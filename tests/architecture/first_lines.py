# SPDX-License-Identifier: MIT
"""Each source file names its license in its first line, and each header guards itself."""
import re

import tree

LICENSE = "SPDX-License-Identifier: MIT"
SUFFIXES = {".hpp", ".cpp", ".ipp", ".rl", ".py", ".sh", ".mjs", ".js", ".html", ".css", ".in", ".txt", ".xml"}
NAMES = {"meson.build", "dev", "run"}
VERSION = re.compile(r"[a-z]+_version = '\d+\.\d+\.\d+'$")  # a library's build file begins with its version

GOOD = {
    "libsipmsg/include/sipmsg/uri.hpp": f"// {LICENSE}\n#pragma once\n",
    "libsipmsg/meson.build": "sipmsg_version = '0.1.0'\n",
    "tests/architecture/x.py": f"#!/usr/bin/env python3\n# {LICENSE}\n",
    "dev": f"#!/bin/bash\n# {LICENSE}\n",
}
BAD = [
    {"libsipmsg/src/uri.cpp": "#include <string>\n"},
    {"libsipmsg/src/uri.cpp": f"\n\n// {LICENSE}\n"},
    {"libsipmsg/include/sipmsg/uri.hpp": f"// {LICENSE}\nstruct Uri {{}};\n"},
    {"tests/architecture/x.py": "import os\n"},
    {"libsipmsg/meson.build": f"# {LICENSE}\nsipmsg_version = '0.1.0'\n"},
    {"tests/meson.build": "subdir('sipmsg')\n"},
    {"dev": "#!/bin/bash\n"},
]


def problems(root):
    for name, path in tree.files(root):
        if path.suffix not in SUFFIXES and path.name not in NAMES or exempt(name):
            continue
        lines = tree.text(path).split("\n")
        if name.startswith("lib") and name.count("/") == 1 and path.name == "meson.build":
            if not VERSION.match(re.sub(r"\s*#.*", "", lines[0])):
                yield f"{name}: the first line is not the library's version"
        elif LICENSE not in lines[1 if lines[0].startswith(("#!", "<?xml", "<!doctype", "<!DOCTYPE")) and len(lines) > 1 else 0]:
            yield f"{name}: the first line is not '{LICENSE}'"
        if path.suffix == ".hpp" and "\n#pragma once\n" not in "\n".join(lines):
            yield f"{name}: no #pragma once"


def exempt(name):
    """Data is data: messages, seeds, expected outputs."""
    return name.startswith("tests/") and ("/data/" in name or "/corpus/" in name or "/rfc4475/" in name or "/rfc5118/" in name)
