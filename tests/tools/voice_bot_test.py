# SPDX-License-Identifier: MIT
"""The voice bot, called by the program, and files played and recorded by the program itself: usage `voice_bot_test.py VOICE_BOT PROGRAM`. Loopback only."""
import math
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import unittest
import wave

PROGRAM = sys.argv.pop()
BOT = sys.argv.pop()
RATE = 16000
GREETING, CALLER = 700, 1100  # hertz


def write_tone(path, hz, seconds):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", round(8000 * math.sin(2 * math.pi * hz * i / RATE)))
                                  for i in range(int(RATE * seconds))))


def sides(path):
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, RATE)
        samples = struct.unpack(f"<{file.getnframes() * 2}h", file.readframes(file.getnframes()))
    return samples[::2], samples[1::2]


def share(samples, hz):
    """How much of the power is at that frequency, by Goertzel's algorithm."""
    factor, before, last = 2 * math.cos(2 * math.pi * hz / RATE), 0.0, 0.0
    for sample in samples:
        before, last = last, sample + factor * last - before
    energy = sum(sample * sample for sample in samples)
    return (last * last + before * before - factor * last * before) / (energy * len(samples) / 2) if energy else 0


def seconds_of(samples, hz, of_all=0.7):
    """How long that tone was to be heard, by tenths of a second: so much of all that was."""
    piece = RATE // 10
    return sum(share(samples[at:at + piece], hz) > of_all for at in range(0, len(samples) - piece, piece)) / 10


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class VoiceBot(unittest.TestCase):
    def setUp(self):
        if "built without it" in subprocess.run([PROGRAM, "call", "sip:a@127.0.0.1:9", "--codecs", "mp3"], capture_output=True,
                                                text=True).stderr:
            self.skipTest("built without media")

    def test_it_greets_says_back_what_it_hears_records_and_obeys_digits(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            write_tone(folder / "greeting.wav", GREETING, 1.5)
            port = free_port()
            with subprocess.Popen([BOT, f"udp:127.0.0.1:{port}", folder / "greeting.wav", folder / "bot.wav"],
                                  stdout=subprocess.PIPE, text=True) as bot:
                self.assertEqual(bot.stdout.readline(), "listening\n")
                done = subprocess.run([PROGRAM, "call", f"sip:bot@127.0.0.1:{port}", "--srtp", "none", "--tone", str(CALLER),
                                       "--dtmf", ",,12#", "--record", folder / "caller.wav", "--hangup-after", "60"],
                                      capture_output=True, text=True, timeout=120)
                if done.returncode != 0:
                    bot.terminate()
                digits = bot.stdout.read().split()
            self.assertEqual((done.returncode, bot.returncode, digits), (0, 0, ["1", "2", "#"]), done.stderr)
            said, heard = sides(folder / "caller.wav")
            self.assertGreater(seconds_of(said, CALLER), 3)
            self.assertGreater(seconds_of(heard, GREETING), 1)
            self.assertGreater(seconds_of(heard, CALLER), 1.5)  # its own voice came back
            said, heard = sides(folder / "bot.wav")
            self.assertGreater(seconds_of(said, GREETING), 1)
            self.assertGreater(seconds_of(said, CALLER), 1.5)
            self.assertGreater(seconds_of(heard, CALLER), 3)

    def test_the_program_plays_files_into_calls(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            write_tone(folder / "greeting.wav", GREETING, 1.5)
            write_tone(folder / "caller.wav", CALLER, 1.5)
            port = free_port()
            with subprocess.Popen([PROGRAM, "answer", "--bind", f"127.0.0.1:{port}", "--srtp", "none", "--play", folder / "greeting.wav",
                                   "--record", folder / "answered.wav", "--calls", "1"], stdout=subprocess.PIPE, text=True) as answering:
                self.assertIn("listening", answering.stdout.readline())
                done = subprocess.run([PROGRAM, "call", f"sip:bob@127.0.0.1:{port}", "--srtp", "none", "--play", folder / "caller.wav",
                                       "--record", folder / "called.wav", "--hangup-after", "3"], capture_output=True, text=True, timeout=60)
                if done.returncode != 0:
                    answering.terminate()
            self.assertEqual((done.returncode, answering.returncode), (0, 0), done.stderr)
            for tape, said_hz, heard_hz in (("called.wav", CALLER, GREETING), ("answered.wav", GREETING, CALLER)):
                said, heard = sides(folder / tape)
                for side, hz in ((said, said_hz), (heard, heard_hz)):
                    self.assertGreater(seconds_of(side, hz), 1)
                    self.assertLess(seconds_of(side, hz), 1.7)  # once, and then silence

    def test_the_program_records_pictures_too_and_says_when_it_cannot(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "full.webm").symlink_to("/dev/full")
            port = free_port()
            with subprocess.Popen([PROGRAM, "answer", "--bind", f"127.0.0.1:{port}", "--tone", str(GREETING), "--calls", "2"],
                                  stdout=subprocess.PIPE, text=True) as answering:
                self.assertIn("listening", answering.stdout.readline())
                call = [PROGRAM, "call", f"sip:bob@127.0.0.1:{port}", "--tone", str(CALLER), "--hangup-after", "3", "--record"]
                done = subprocess.run([*call, folder / "film.webm"], capture_output=True, text=True, timeout=60)
                full = subprocess.run([*call, folder / "full.webm"], capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, answering.returncode), (0, 0), done.stderr)
            self.assertNotEqual(full.returncode, 0)
            self.assertIn("record: No space left on device", full.stderr)
            film = (folder / "film.webm").read_bytes()
            self.assertTrue(b"V_VP8" in film and b"A_OPUS" in film)

            with subprocess.Popen([PROGRAM, "answer", "--bind", f"127.0.0.1:{port}", "--srtp", "none", "--record", folder / "played.wav",
                                   "--calls", "1"], stdout=subprocess.PIPE, text=True) as answering:
                self.assertIn("listening", answering.stdout.readline())
                subprocess.run([PROGRAM, "call", f"sip:bob@127.0.0.1:{port}", "--srtp", "none", "--play", folder / "film.webm",
                                "--hangup-after", "4"], check=True, timeout=60)
            _, heard = sides(folder / "played.wav")
            for hz in (CALLER, GREETING):
                self.assertGreater(seconds_of(heard, hz, of_all=0.2), 1)  # both sides at once

    def test_what_cannot_be_played_is_refused_before_anybody_is_called(self):
        for arguments in (["--play", "/nothing.wav"], ["--play", __file__, "--tone", "500"]):
            done = subprocess.run([PROGRAM, "call", "sip:bob@127.0.0.1:9", *arguments], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("--play", done.stderr)


unittest.main(verbosity=2)
