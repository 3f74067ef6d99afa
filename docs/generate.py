#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes what is generated: features.md beside registry.tsv and the tables of the README from that registry, and the
page of header fields from their one table, libsipmsg/include/sipmsg/headers.def.

generate.py [ROOT] writes; generate.py --check ROOT prints which files are not current and exits 1.
"""
import csv
import pathlib
import re
import sys

# Names of test cases may contain "; " themselves: the next proof begins with its suite, or is a path.
BETWEEN_PROOFS = re.compile(r"; (?=(?:sipmsg|siptxn|sipdialog|sipua|sipmedia|tools|flows|architecture): |tests/)")
HEADER_ROW = re.compile(r"^SIPMSG_HEADER\((\w+), +\"([^\"]+)\", +'(\\?.)', +(\w+), +(\w+), +\"([^\"]+)\"\)$", re.M)
LINES = {"once": "one value, once", "each": "one value a line", "list": "comma list", "list0": "comma list, may be empty"}
HOMES = ["libsipmsg", "libsiptxn", "libsipdialog", "libsipua", "libsipmedia-gst"]
BEGIN, END = "<!-- begin: generated from docs/registry.tsv by docs/generate.py -->", "<!-- end: generated -->"


def read_registry(root):
    with open(root / "docs" / "registry.tsv", encoding="utf-8", newline="") as table:
        rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE, restval="")
        return [{name: cell for name, cell in row.items() if name} for row in rows]


def proofs(row):
    return BETWEEN_PROOFS.split(row["tests"]) if row["tests"] else []


def kind_of_state(row):
    return row["state"].split(":")[0]


def markdown_table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows])


def counts_table(rows):
    body = []
    for home in HOMES:
        states = [kind_of_state(row) for row in rows if row["id"].startswith("F") and row["where"].startswith(home)]
        body.append([f"`{home}`"] + [str(states.count(state)) for state in ("done", "partial", "not started")])
    return markdown_table(["features", "done", "partial", "not started"], body)


def rfc_table(rows):
    body = [[row["id"], row["feature"], row["state"], f"`{row['where']}`"] for row in rows
            if row["id"].startswith("RFC ") and kind_of_state(row) != "not started"]
    return markdown_table(["RFC", "what", "state", "where"], body) if body else "No RFC is claimed yet."


def features_page(rows):
    def section(title, prefix):
        chosen = [row for row in rows if row["id"].startswith(prefix)]
        body = [[row["id"], row["feature"], row["state"], f"`{row['where']}`",
                 "<br>".join(proofs(row))] for row in chosen]
        return f"## {title}\n\n{markdown_table(['id', 'feature', 'state', 'where', 'tests'], body)}\n"
    return "\n".join(["# Features, RFCs, and the tests that prove them\n",
                      f"{BEGIN}\n",
                      section("Features", "F"),
                      section("Names known from SIP.js", "SIP.js "),
                      section("RFCs", "RFC ")])


def headers_page(table):
    body = [[name, compact.replace("\\0", ""), LINES[lines], f"`{kind}`", rfc]
            for _, name, compact, lines, kind, rfc in HEADER_ROW.findall(table)]
    return "\n".join(["# The header fields that libsipmsg knows\n",
                      "<!-- generated from libsipmsg/include/sipmsg/headers.def by docs/generate.py -->\n",
                      "A header of any other name stays as it is: its text is readable and goes out octet for octet.\n",
                      markdown_table(["header", "compact", "lines", "class", "defined in"], body) + "\n"])


def generated(root):
    """Yields (path, the text it should have)."""
    rows = read_registry(root)
    yield root / "docs" / "features.md", features_page(rows)
    headers = root / "libsipmsg" / "include" / "sipmsg" / "headers.def"
    if headers.exists():
        yield root / "libsipmsg" / "docs" / "headers.md", headers_page(headers.read_text(encoding="utf-8"))
    readme = root / "README.md"
    if readme.exists():
        tables = f"{BEGIN}\n\n{counts_table(rows)}\n\n{rfc_table(rows)}\n\n{END}"
        pattern = re.escape(BEGIN) + ".*?" + re.escape(END)
        yield readme, re.sub(pattern, lambda _: tables, readme.read_text(encoding="utf-8"), flags=re.S)


def stale(root):
    for path, text in generated(root):
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            yield path.relative_to(root).as_posix()


def main(arguments):
    check = "--check" in arguments
    paths = [argument for argument in arguments if argument != "--check"]
    root = pathlib.Path(paths[0]) if paths else pathlib.Path(__file__).resolve().parent.parent
    if check:
        old = list(stale(root))
        print("\n".join(f"{name}: not current, run docs/generate.py" for name in old))
        return 1 if old else 0
    for path, text in generated(root):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
