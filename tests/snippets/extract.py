#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a source file of the C++ in a page: extract.py PAGE PREAMBLE OUTPUT.

Each ```cpp block goes into a namespace of its own, and a block of bare statements into a function. The preamble is a
header that declares what the page's reader brings along.
"""
import pathlib
import re
import sys

DEFINITION = re.compile(r"(#include|using |namespace|template|struct |class |int main|void \w+\(|[\w:<>]+ \w+\([^;]*\) \{)")


def source_of(page, preamble):
    text = page.read_text(encoding="utf-8")
    parts = [f'#include "{preamble}"\n']
    for number, found in enumerate(re.finditer(r"^```cpp\n(.*?)^```$", text, re.M | re.S), 1):
        block = found[1]
        includes = "".join(re.findall(r"^#include .*\n", block, re.M))
        block = re.sub(r"^#include .*\n", "", block, flags=re.M)
        first = next((line for line in block.split("\n") if line.strip() and not line.startswith("//")), "")
        line = text[: found.start()].count("\n") + 2 + includes.count("\n")
        body = f'#line {line} "{page}"\n{block}'
        if not DEFINITION.match(first):
            body = f"void statements() {{\n{body}}}\n"
        parts.append(f"{includes}namespace block_{number} {{\n{body}}}\n")
    return "\n".join(parts)


page, preamble, output = sys.argv[1:]
pathlib.Path(output).write_text(source_of(pathlib.Path(page), preamble), encoding="utf-8")
