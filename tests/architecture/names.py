# SPDX-License-Identifier: MIT
"""A file's name says what is in it: nothing is called common, utils or misc, and names are written one way."""
import pathlib
import re

import tree

EMPTY_WORDS = {"common", "util", "utils", "utilities", "misc", "helper", "helpers", "stuff"}
SNAKE = re.compile(r"^[a-z0-9_]+$")

GOOD = {
    "libsipmsg/src/uri.cpp": "", "libsipmsg/src/grammar/core_rules.rl": "",
    "tests/sipmsg/uri_test.cpp": "", "tests/sipmsg/meson.build": "'uri_test.cpp'",
}
BAD = [
    {"libsipmsg/src/utils.cpp": ""},
    {"libsipmsg/src/string_utils.hpp": ""},
    {"libsiptxn/common/wire.hpp": ""},
    {"tests/misc/x.py": ""},
    {"libsipua/src/UserAgent.cpp": ""},
    {"tests/sipmsg/orphan_test.cpp": ""},
]


def problems(root):
    for name, path in tree.files(root):
        stem = pathlib.PurePosixPath(name).with_suffix("")
        if path.suffix in tree.SOURCES | {".py", ".sh"} or path.name == "meson.build":
            words = {part for part in stem.parts} | {stem.name.split("_")[-1]}
            if bad := sorted(words & EMPTY_WORDS):
                yield f"{name}: '{bad[0]}' says nothing"
        if path.suffix in tree.SOURCES and not SNAKE.match(stem.name):
            yield f"{name}: file names are snake_case"
        if name.startswith("tests/") and name.endswith("_test.cpp") and not is_built(root, name):
            yield f"{name}: no meson.build of tests/ names it, so it never runs"


def is_built(root, name):
    """Whether the nearest meson.build above the test lists it."""
    parts = name.split("/")
    for depth in range(len(parts) - 1, 1, -1):
        build = root.joinpath(*parts[:depth], "meson.build")
        if build.exists():
            return f"'{'/'.join(parts[depth:])}'" in tree.text(build)
    return False
