# SPDX-License-Identifier: MIT
"""What docs/registry.tsv claims is proved by tests that exist and run; what is generated from it is current.

problems(root, 'sipmsg=path of a test executable', ...): with executables, each cited case must be in their own list.
"""
import pathlib
import re
import subprocess
import sys

import tree

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "docs"))
import generate  # noqa: E402

COLUMNS = ["id", "state", "where", "tests", "feature"]
FEATURES = [f"F{number}" for number in range(1, 200)]
STATE = re.compile(r"done|partial: \S.*|not started")
SUITES = {"sipmsg", "siptxn", "sipdialog", "sipua", "sipmedia", "tools", "flows"}
CASE = re.compile(r'\bTEST_CASE(?:_FIXTURE|_TEMPLATE)?\s*\(\s*(?:\w+\s*,\s*)?((?:"(?:\\.|[^"\\])*"\s*)+)')


def sample(*changed):
    rows = {name: f"{name}\tnot started\tlibsipmsg\t\tsomething" for name in FEATURES} | {row.split("\t")[0]: row for row in changed}
    return "\n".join(["\t".join(COLUMNS), *rows.values()]) + "\n"


def sample_tree(registry):
    """A tree whose generated page is current, so that only the registry can be at fault."""
    rows = [dict(zip(COLUMNS, line.split("\t") + [""] * 5)) for line in registry.split("\n")[1:-1]]
    return {"docs/registry.tsv": registry, "docs/features.md": generate.features_page(rows)}


PROVED = "F1\tdone\tlibsipmsg/src/message_parser.rl\tsipmsg: A start line; tests/interop/run\tStart lines"
GOOD = sample_tree(sample(PROVED, "F2\tpartial: no 505\tlibsipmsg\tsipmsg: Read; or refused; sipmsg: A start line\tVersion")) | {
    "tests/sipmsg/message_test.cpp": 'TEST_CASE("A start "\n  "line") {}\nTEST_CASE("Read; or refused") {}\n', "tests/interop/run": "",
    "libsipmsg/src/message_parser.rl": "",
}
BAD = [sample_tree(registry) for registry in (
    sample(PROVED).replace("F199\t", "F200\t"),
    sample(PROVED) + PROVED + "\n",
    sample(PROVED).replace("\ttests\t", "\tproof\t"),
    sample("F1\tdone\tlibsipmsg\t\tStart lines"),
    sample("F1\tdone\tlibsipmsg\tsipmsg: A test nobody wrote\tStart lines"),
    sample("F1\tdone\tlibsipmsg\tsipua: A start line\tStart lines"),
    sample("F1\tdone\tlibsipmsg\ttests/interop/nobody\tStart lines"),
    sample("F1\tdone\tnowhere\tsipmsg: A start line\tStart lines"),
    sample("F1\tmostly\tlibsipmsg\tsipmsg: A start line\tStart lines"),
    sample("F1\tpartial:\tlibsipmsg\tsipmsg: A start line\tStart lines"),
    sample("F1\tdone\tlibsipmsg\tStart lines"),
)] + [{"docs/features.md": "# stale\n"}]


def problems(root, *executables):
    lines = tree.text(root / "docs" / "registry.tsv").rstrip("\n").split("\n")
    if lines[0].split("\t") != COLUMNS:
        yield f"the columns are not {COLUMNS}"
        return
    known, listed = cases_in_sources(root), cases_in_executables(executables)
    seen = []
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            yield f"registry.tsv:{number}: {len(cells)} columns"
            continue
        seen.append(cells[0])
        for problem in row_problems(root, dict(zip(COLUMNS, cells)), known, listed):
            yield f"registry.tsv:{number}: {cells[0]}: {problem}"
    yield from (f"{name} has no row" for name in FEATURES if name not in seen)
    yield from (f"{name} has two rows" for name in sorted({name for name in seen if seen.count(name) > 1}))
    yield from (f"{name} is not current: run docs/generate.py" for name in generate.stale(root))


def row_problems(root, row, known, listed):
    if not STATE.fullmatch(row["state"]):
        yield f"the state '{row['state']}' is not done, partial: what is missing, or not started"
    cited = generate.proofs(row)
    if row["state"] == "done" and not cited:
        yield "done, but no test is named"
    if row["state"] != "not started":
        yield from (f"there is no {place}" for place in row["where"].split(", ") if not (root / place).exists())
    for name in cited:
        suite, colon, case = name.partition(": ")
        if not colon:
            if not name.startswith("tests/") or not (root / name).exists():
                yield f"there is no test '{name}'"
        elif suite == "architecture":
            if not (root / "tests/architecture" / f"{case}.py").exists():
                yield f"there is no check '{case}'"
        elif case not in known.get(suite, ()):
            yield f"tests/{suite} has no test case '{case}'"
        elif suite in listed and case not in listed[suite]:
            yield f"'{case}' is written, but {suite}'s tests do not run it"


def cases_in_sources(root):
    """suite -> the names in its TEST_CASE macros."""
    found = {}
    for suite in SUITES:
        texts = [tree.text(path) for _, path in tree.files(root / "tests" / suite, {".cpp"})]
        names = ("".join(re.findall(r'"((?:\\.|[^"\\])*)"', parts)) for text in texts for parts in CASE.findall(text))
        found[suite] = {name.replace('\\"', '"').replace("\\\\", "\\") for name in names}
    return found


def cases_in_executables(executables):
    found = {}
    for suite, _, path in (argument.partition("=") for argument in executables):
        printed = subprocess.run([path, "--list-test-cases", "--no-colors"], capture_output=True, text=True, check=True).stdout
        found.setdefault(suite, set()).update(printed.split("\n"))
    return found
