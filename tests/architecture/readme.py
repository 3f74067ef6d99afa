# SPDX-License-Identifier: MIT
"""The README begins with the two commands, and the places it names exist."""
import re

import tree

COMMANDS = re.compile(r"# \w+\n\n```sh\n\./dev demo .*\n\./dev test .*\n```\n")
PLACE = re.compile(r"`((?:lib|tools|tests|docs|bench|packaging)[\w-]*/[\w./-]+)`")

START = "# sipstrata\n\n```sh\n./dev demo   # a call\n./dev test   # tests\n```\n"
GOOD = {"README.md": START + "| URIs | `libsipmsg/src/uri.cpp` |\n", "libsipmsg/src/uri.cpp": ""}
BAD = [
    {"README.md": "# sipstrata\n\nWelcome.\n\n" + START[13:]},
    {"README.md": START + "| URIs | `libsipmsg/src/moved.cpp` |\n"},
]


def problems(root):
    pages = ["README.md"] + [name for name, path in tree.files(root, {".md"}) if re.fullmatch(r"lib[^/]*/README\.md", name)]
    if not COMMANDS.match(tree.text(root / "README.md")):
        yield "README.md: it does not begin with the two commands"
    for page in pages:
        for place in sorted(set(PLACE.findall(tree.text(root / page)))):
            if not any((root / name).exists() for name in (place, place + ".cpp")):  # a source, or the program made of it
                yield f"{page}: there is no {place}"
