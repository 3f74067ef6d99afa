# SPDX-License-Identifier: MIT
"""Programs started for a test, and certainly stopped after it, however it ends."""
import atexit
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

started = []


def start(arguments, log, stdin=subprocess.DEVNULL, **options):
    """Starts a program in a process group of its own; what it prints goes to the file log."""
    with open(log, "ab") as output:
        process = subprocess.Popen([str(argument) for argument in arguments], stdin=stdin, stdout=output,
                                   stderr=subprocess.STDOUT, start_new_session=True, **options)
    started.append(process)
    return process


def stop(process, first=signal.SIGTERM):
    """Ends a program and whatever it started: politely, then surely."""
    for number, patience in ((first, 5), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        process.wait()
    if process in started:
        started.remove(process)
    return process.returncode


def stop_all():
    for process in list(started):
        stop(process)


def finish(process, seconds, what):
    """The exit status of a program that ends by itself; fails when it does not."""
    try:
        status = process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        stop(process)
        raise AssertionError(f"{what} was still running after {seconds} s") from None
    stop(process)  # what it may have left behind
    return status


def free_port():
    """A port of 127.0.0.1 that neither UDP nor TCP uses now, away from those the kernel hands out."""
    for port in range(21000 + os.getpid() % 5000 * 2, 32000):
        if port not in free_port.given and can_bind(port):
            free_port.given.add(port)
            return port
    raise AssertionError("no free port")


free_port.given = set()


def can_bind(port):
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as attempt:
            try:
                attempt.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def is_bound(port, transport):
    """Whether some socket listens there, by the kernel's own tables: asking by a packet would be part of the test."""
    listening = "07" if transport == "udp" else "0A"
    for table in (f"/proc/net/{transport}", f"/proc/net/{transport}6"):
        if not pathlib.Path(table).exists():
            continue
        for line in pathlib.Path(table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            if int(local.rpartition(":")[2], 16) == port and state == listening:
                return True
    return False


def wait_until(happened, what, process, log, seconds):
    """Until that has happened; fails when the program ends before, or the time is over."""
    deadline = time.monotonic() + seconds
    while not happened():
        if process.poll() is not None:
            raise AssertionError(f"ended with {process.returncode} before it {what}:\n{tail(log)}")
        if time.monotonic() > deadline:
            raise AssertionError(f"had not {what} after {seconds} s:\n{tail(log)}")
        time.sleep(0.02)


def wait_until_bound(process, port, transport, log, seconds=20):
    wait_until(lambda: is_bound(port, transport), f"bound {transport} {port}", process, log, seconds)


def wait_for_text(process, log, text, times=1, seconds=30):
    """Until the program has said that so often."""
    wait_until(lambda: pathlib.Path(log).read_text(errors="replace").count(text) >= times, f"said '{text}' ({times} x)", process,
               log, seconds)


def tail(log, lines=25):
    path = pathlib.Path(log)
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""


atexit.register(stop_all)
for signal_number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(signal_number, lambda number, frame: sys.exit(128 + number))
