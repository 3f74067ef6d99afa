# SPDX-License-Identifier: MIT
"""RFCs are cited in one form, so that a search for `RFC 3261 §17.1.1.2` finds everything there is."""
import re

import tree

SUFFIXES = tree.SOURCES | {".md", ".py", ".mjs", ".js", ".html"}
WRONG = re.compile(
    r"\bRFC\d|\bRFC-\d|\bRFC  +\d|\b[Rr]fc \d|\brfc\d{3,5}\b(?![/_.\w-])"      # RFC3261, rfc 3261
    r"|\bRFC \d+[,:]? ?\(?(?:[Ss]ect?(?:ion)?s?\b\.?|[Ss]ec\.|clause|S) ?\d"   # RFC 3261 section 17
    r"|\bRFC \d+§|\bRFC \d+,? § \d|\bRFC \d+, §|\bRFC \d+ §§"                  # RFC 3261§17, RFC 3261 § 17
    r"|\b[Ss]ections? \d+(?:\.\d+)* of (?:the )?RFC"                           # section 17 of RFC 3261
)
EXEMPT = "tests/architecture/citations.py"

GOOD = {
    "libsipmsg/src/via.cpp": "// RFC 3261 §18.2.1, §18.2.2 and RFC 3581 §4; data in tests/sipmsg/rfc4475/ and rfc4475_test.cpp\n",
    "README.md": "RFC 6026 is honored.\n",
}
BAD = [{"libsipmsg/src/via.cpp": f"// {citation}\n"} for citation in (
    "RFC3261 §17.1", "rfc 3261 §17.1", "RFC 3261 section 17.1", "RFC 3261, Section 17.1", "RFC 3261§17.1", "RFC 3261 § 17.1",
    "section 17.1 of RFC 3261", "RFC 3261 §§17.1, 17.2", "RFC-3261 §8", "RFC 3261 sec. 8", "see rfc3261")]


def problems(root):
    for name, path in tree.files(root, SUFFIXES):
        if name == EXEMPT:
            continue
        for number, line in enumerate(tree.text(path).split("\n"), 1):
            if found := WRONG.search(line):
                yield f"{name}:{number}: '{found.group()}': write it as in RFC 3261 §17.1.1.2"
