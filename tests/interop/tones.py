# SPDX-License-Identifier: MIT
"""Files of one tone, and whether a recording holds one."""
import cmath
import math
import struct
import wave

import speech


def write(path, hertz, seconds, rate=8000):
    samples = (round(8000 * math.sin(2 * math.pi * hertz * at / rate)) for at in range(round(seconds * rate)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))


def seconds_of(hertz, recording, least=0.9, loud=300):
    """How long that tone is heard, in seconds, of a recording at speech.RATE: in steps of a quarter of a second, each of
    which has nine tenths of its energy there."""
    step = speech.RATE // 4
    turns = [cmath.exp(-2j * math.pi * hertz * at / speech.RATE) for at in range(step)]
    count = 0
    for begin in range(0, len(recording) - step + 1, step):
        piece = recording[begin:begin + step]
        energy = sum(sample * sample for sample in piece)
        there = 2 * abs(sum(sample * turn for sample, turn in zip(piece, turns))) ** 2 / step
        count += energy > loud * loud * step and there > least * energy
    return count / 4
