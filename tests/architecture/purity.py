# SPDX-License-Identifier: MIT
"""Sockets, threads and clocks are touched only in siptxn/net, sipua and sipmedia; and no test sleeps."""
import re

import tree

IMPURE = re.compile(r"<asio|::now\(\)(?! const)|\bstd::(thread|jthread|mutex|shared_mutex|recursive_mutex|condition_variable|async)\b"
                    r"|\bsleep_|\b(usleep|nanosleep|gettimeofday|clock_gettime)\b|\btime\((nullptr|NULL|0)\)"
                    r"|\b(printf|puts|rand)\(|\bstd::(cout|cerr|clog|rand)\b|\bgetenv\(")
SLEEP = re.compile(r"\bsleep_(for|until)\b|\b(usleep|nanosleep)\b|(?<![.>\w])sleep\(\d")
HOMES = ("libsiptxn/include/siptxn/net/", "libsiptxn/src/net/", "libsipua/", "libsipmedia-gst/")

GOOD = {
    "libsiptxn/src/timers.cpp": "// never std::mutex, never clock::now()\nauto later = now + t1; auto x = \"sleep_\";\n",
    "libsiptxn/src/net/clock.cpp": "auto now = std::chrono::steady_clock::now();\n",
    "libsiptxn/src/endpoint.cpp": "TimePoint Endpoint::now() const { return clock_->now(); }\n",
    "libsipua/src/agent.cpp": "#include <asio/post.hpp>\n",
    "tests/siptxn/timers_test.cpp": "clock.advance(500ms);\nco_await ua.sleep(2s);\n",
}
BAD = [
    {"libsiptxn/src/timers.cpp": "auto now = std::chrono::steady_clock::now();\n"},
    {"libsiptxn/include/siptxn/layer.hpp": "std::mutex lock_;\n"},
    {"libsipdialog/src/dialog.cpp": "std::this_thread::sleep_for(1s);\n"},
    {"libsipdialog/src/dialog.cpp": "#include <asio/post.hpp>\n"},
    {"libsipmsg/src/uri.cpp": "std::cerr << \"bad\";\n"},
    {"libsipmsg/src/uri_parser.rl": "auto t = std::thread(run);\n"},
    {"libsipmsg/src/seed.cpp": "auto seed = time(nullptr);\n"},
    {"tests/sipua/call_test.cpp": "std::this_thread::sleep_for(100ms);\n"},
]


def problems(root):
    for name, path in tree.files(root, tree.SOURCES):
        if name.startswith("lib") and not name.startswith(HOMES):
            yield from hits(name, path, IMPURE, "I/O, threads and the clock have their homes")
        elif name.startswith("tests/"):
            yield from hits(name, path, SLEEP, "a test does not sleep; the test moves its time")


def hits(name, path, pattern, reason):
    for number, line in enumerate(tree.without_comments(tree.text(path)).split("\n"), 1):
        if found := pattern.search(line):
            yield f"{name}:{number}: {found.group().strip()}: {reason}"
