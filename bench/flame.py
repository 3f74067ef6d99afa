#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where each microsecond of the OPTIONS server goes, as nested boxes: writes flame-options.svg beside this file.

flame.py [BUILD FOLDER] [COUNT]: options_load sends COUNT requests over UDP to `options_server transaction`, which perf
watches, kernel included; stacks are found by the unwind tables, so that the very programs of `./dev bench` are measured.
"""
import collections
import html
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
WIDTH, ROW, MARGIN, NARROWEST = 1400, 17, 10, 0.6
KERNEL_ROWS = 10
CHARACTER = 6.4  # of the font, so wide
OWNERS = [  # who a function belongs to, by the file it lies in: colour, words
    (r"kernel|vdso", "#9db4c8", "Linux"),
    (r"libsipmsg", "#8fc48b", "libsipmsg"),
    (r"libsiptxn-net", "#f2c879", "libsiptxn-net: sockets"),
    (r"libsiptxn", "#ee9b6c", "libsiptxn: transactions"),
    (r"options_server", "#d9a5d0", "the server: its user and Asio"),
    (r"", "#d6d3cc", "C and C++ library"),
]


class Box:
    def __init__(self, name="", home=""):
        self.name, self.home, self.time, self.inner = name, home, 0, {}

    def add(self, stack, time):
        self.time += time
        if stack:
            self.inner.setdefault(stack[0], Box(*stack[0])).add(stack[1:], time)


def watch(bench, count, data):
    server = ["perf", "record", "-q", "-o", data, "-e", "cpu-clock", "-F", "1999", "--call-graph", "dwarf,16384", "--",
              bench / "options_server", "transaction"]
    done = subprocess.run([str(part) for part in [bench / "options_load", "udp", count, *server]], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"flame.py: {done.stderr.strip()}")


def stacks(data):
    """Of each sample: its nanoseconds, and (function, file) from the outermost to the innermost."""
    script = subprocess.run(["perf", "script", "-i", str(data), "-F", "period,ip,sym,dso"], capture_output=True, text=True, check=True)
    for sample in script.stdout.split("\n\n"):
        first, *frames = [line for line in sample.splitlines() if line.strip()] or [""]
        if not (period := re.match(r"\s*(\d+)", first)):
            continue
        found = [re.match(r"\s*[0-9a-f]+ (.*) \((.*)\)$", frame) for frame in frames]
        stack = [(short(frame[1]), owner(frame[2])) for frame in reversed(found) if frame]
        yield int(period[1]), readable(stack)


def readable(stack):
    """Without how a program begins and how a system call gets to its work; of the kernel, no more than is of use."""
    kept = [frame for frame in stack if frame[0] and not re.match(r"_start$|__libc_start|entry_SYSCALL|do_syscall|__x64_sys", frame[0])]
    ours = sum(1 for _, home in kept if home != "Linux")
    return kept[:ours + KERNEL_ROWS]


def owner(file):
    return next(words for pattern, _, words in OWNERS if re.search(pattern, pathlib.PurePath(file).name))


def short(symbol):
    """The name without parameters, template arguments and what Asio wraps around a handler."""
    if symbol == "[unknown]":
        return ""
    name = symbol.replace("operator ", "operator_").replace("(anonymous namespace)", "").replace("::::", "::").replace("operator()", "call")
    while (smaller := re.sub(r"<[^<>]*>", "", name)) != name:
        name = smaller
    name = re.sub(r"\(.*", "", name)
    name = re.sub(r"\{lambda", "lambda", name)
    return name.split(" ")[-1].lstrip(":").removeprefix("siptxn::") or symbol


def draw(box, x, depth, scale, total, parts, height):
    width = box.time * scale
    if width < NARROWEST:
        return
    colour = next(colour for _, colour, words in OWNERS if words == box.home) if depth else "#eeeeee"
    y = height - MARGIN - (depth + 1) * ROW
    share = f"{box.name}: {box.time / total['requests'] / 1000:.2f} us a request, {100 * box.time / total['time']:.1f} %"
    label = box.name if len(box.name) * CHARACTER < width - 4 else box.name.split("::")[-1]
    fits = int((width - 4) / CHARACTER)
    label = label if len(label) <= fits else label[:fits - 1] + "…" if fits > 3 else ""
    parts.append(f'<g><title>{html.escape(share)}</title><rect x="{x:.1f}" y="{y}" width="{max(width - 0.4, 0.3):.1f}" height="{ROW - 1}" fill="{colour}"/>'
                 + (f'<text x="{x + 2:.1f}" y="{y + 12}">{html.escape(label)}</text>' if label else "") + "</g>")
    for inner in sorted(box.inner.values(), key=lambda each: -each.time):
        draw(inner, x, depth + 1, scale, total, parts, height)
        x += inner.time * scale


def depth_of(box, scale):
    return 1 + max((depth_of(inner, scale) for inner in box.inner.values() if inner.time * scale >= NARROWEST), default=0)


def own_times(box, into):
    into[box.home] += box.time - sum(inner.time for inner in box.inner.values())
    for inner in box.inner.values():
        own_times(inner, into)


def svg(root, requests):
    total = {"time": root.time, "requests": requests}
    scale = (WIDTH - 2 * MARGIN) / root.time
    height = depth_of(root, scale) * ROW + 2 * MARGIN + 44
    parts = []
    draw(root, MARGIN, 0, scale, total, parts, height)
    own = collections.Counter()
    own_times(root, own)
    legend, x = [], MARGIN
    for _, colour, words in OWNERS:
        text = f"{words} {100 * own[words] / root.time:.0f} %"
        legend.append(f'<rect x="{x}" y="30" width="12" height="12" fill="{colour}"/><text x="{x + 16}" y="40">{text}</text>')
        x += 40 + int(len(text) * CHARACTER)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="monospace" font-size="10.5">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{MARGIN}" y="20" font-size="14">OPTIONS over UDP, with a server transaction: '
        f'{root.time / requests / 1000:.1f} us CPU a request. Widths are time; what stands on a box was called by it.</text>',
        *legend, *parts, "</svg>", ""]), own


def main():
    bench = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parent / "build-bench") / "bench"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 500_000
    root = Box("all")
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "perf.data"
        watch(bench, count, data)
        for time, stack in stacks(data):
            root.add(stack, time)
    if not root.time:
        sys.exit("flame.py: perf saw nothing")
    text, own = svg(root, count)
    (HERE / "flame-options.svg").write_text(text)
    for words, time in own.most_common():
        if words:
            print(f"{time / count / 1000:6.2f} us  {100 * time / root.time:4.0f} %  {words}")


if __name__ == "__main__":
    sys.exit(main())
