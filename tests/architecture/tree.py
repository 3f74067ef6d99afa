# SPDX-License-Identifier: MIT
"""The project's own files, wherever it is checked out: build folders and downloaded packages are not among them."""
import os
import pathlib
import re

SKIPPED = re.compile(r"^(\.git|\.cache|build.*|node_modules|subprojects|__pycache__)$")
SOURCES = {".hpp", ".cpp", ".ipp", ".rl"}


def files(root, suffixes=None):
    """Yields (path relative to root, as posix text; absolute path), sorted."""
    root = pathlib.Path(root)
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not SKIPPED.match(name)]
        found += [pathlib.Path(folder) / name for name in names]
    for path in sorted(found):
        if suffixes is None or path.suffix in suffixes:
            yield path.relative_to(root).as_posix(), path


def text(path):
    return path.read_text(encoding="utf-8", errors="surrogateescape")


def without_comments(code):
    """The same text with comments and string literals blanked; line numbers stay."""
    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"'
    return re.sub(pattern, lambda match: "\n" * match.group().count("\n"), code, flags=re.S)
