#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints the public headers under an include folder, one a line: public_headers.py FOLDER."""
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
for header in sorted(folder.rglob("*.hpp")):
    print(header.relative_to(folder).as_posix())
