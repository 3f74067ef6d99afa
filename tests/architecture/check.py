#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs one check: check.py NAME ROOT [ARGUMENTS].

A check is a module with problems(root, *arguments), which yields sentences; GOOD, a small tree (path -> text) in which it
must find nothing; and BAD, a list of such trees, laid over GOOD, in each of which it must find something. The samples are
tried first: a check that cannot fail proves nothing.
"""
import importlib
import pathlib
import sys
import tempfile


def write_tree(root, tree):
    for name, content in tree.items():
        path = pathlib.Path(root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def found_in(check, tree):
    with tempfile.TemporaryDirectory() as root:
        write_tree(root, tree)
        return list(check.problems(pathlib.Path(root)))


def self_test(check):
    if found := found_in(check, check.GOOD):
        yield f"the check itself is wrong: it refuses its good sample: {found}"
    for sample in check.BAD:
        if not found_in(check, check.GOOD | sample):
            yield f"the check itself is wrong: it accepts its bad sample {sample}"


def main():
    name, root, *arguments = sys.argv[1:]
    check = importlib.import_module(name)
    problems = list(self_test(check)) or list(check.problems(pathlib.Path(root), *arguments))
    print("\n".join(problems) or f"{name}: {len(check.BAD)} bad samples refused, the tree accepted")
    return 1 if problems else 0


sys.exit(main())
