# SPDX-License-Identifier: MIT
"""Every name that docs/from-sipjs.md gives as ours stands in a public header."""
import re

PAGE = "docs/from-sipjs.md"
NAME = re.compile(r"`([A-Za-z_]\w*(?:::\w+)*)(?:\([^`]*\))?`")

GOOD = {
    PAGE: "| SIP.js | here | note |\n| --- | --- | --- |\n| `Session` | `Session`, `sipmsg::Uri` | `hold()` |\n",
    "libsipua/include/sipua/session.hpp": "class Session;\n",
    "libsipmsg/include/sipmsg/uri.hpp": "class Uri {};\n",
}
BAD = [
    {PAGE: GOOD[PAGE].replace("`Session`,", "`Sesion`,")},
    {PAGE: GOOD[PAGE].replace("sipmsg::Uri", "sipmsg::Url")},
    {PAGE: "no table"},
]


def names(text):
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 3 and cells[1] not in ("here", "---"):
            yield from ((number, name) for name in NAME.findall(cells[1]))


def problems(root):
    headers = "\n".join(path.read_text(encoding="utf-8") for path in root.glob("lib*/include/**/*.hpp"))
    found = list(names((root / PAGE).read_text(encoding="utf-8")))
    if not found:
        yield f"{PAGE}: no names"
    for number, name in found:
        for part in name.split("::"):
            if part not in ("sipmsg", "siptxn", "sipua") and not re.search(rf"\b{part}\b", headers):
                yield f"{PAGE}:{number}: {name}: no public header knows {part}"
