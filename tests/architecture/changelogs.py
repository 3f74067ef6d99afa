# SPDX-License-Identifier: MIT
"""The top version of each library's CHANGELOG is the version that is being built."""
import re

import tree

GOOD = {"libsipmsg/meson.build": "sipmsg_version = '0.2.1'\n", "libsipmsg/CHANGELOG.md": "# Changes\n\n## 0.2.1 - soon\n\n## 0.2.0\n"}
BAD = [
    {"libsipmsg/CHANGELOG.md": "# Changes\n\n## 0.2.0\n\n## 0.2.1\n"},
    {"libsipmsg/CHANGELOG.md": "# Changes\n"},
    {"libsiptxn/meson.build": "siptxn_version = '0.1.0'\n"},
]


def problems(root):
    for build in sorted(root.glob("lib*/meson.build")):
        version = re.match(r"\w+_version = '([\d.]+)'", tree.text(build))
        changelog = build.with_name("CHANGELOG.md")
        top = re.search(r"^## \[?v?(\d+\.\d+\.\d+)", tree.text(changelog), re.M) if changelog.exists() else None
        if not version or not top or version[1] != top[1]:
            yield f"{build.parent.name}: built as {version and version[1]}, CHANGELOG.md begins with {top and top[1]}"
