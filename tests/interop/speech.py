# SPDX-License-Identifier: MIT
"""Sentences spoken by espeak-ng, and how alike two recordings are. Whether a file holds what somebody said is a question
about its samples, not about its size."""
import cmath
import math
import operator
import struct
import subprocess
import wave

RATE = 4000  # hertz, of what is compared: the lower half of a telephone's band, where nearly all of a voice is


def say(text, path, before=0.0, after=0.0):
    """Writes the sentence to a wav file, with so many seconds of silence around it. How long the file is, in seconds."""
    subprocess.run(["espeak-ng", "-v", "en", "-s", "150", "-w", str(path), text], check=True, capture_output=True)
    with wave.open(str(path)) as file:
        form, samples = file.getparams(), file.readframes(file.getnframes())
    with wave.open(str(path), "wb") as file:
        file.setparams(form)
        for seconds in (before, None, after):
            file.writeframes(samples if seconds is None else bytes(2 * round(seconds * form.framerate)))
        return file.getnframes() / form.framerate


def sides(path):
    """The channels of a file of 16-bit samples, each at RATE."""
    with wave.open(str(path)) as file:
        assert file.getsampwidth() == 2, f"{path}: {8 * file.getsampwidth()} bits a sample"
        count, rate = file.getnchannels(), file.getframerate()
        octets = file.readframes(file.getnframes())  # fewer than that where a header promises more
        samples = struct.unpack(f"<{len(octets) // 2}h", octets)
    return [resampled(samples[side::count], rate) for side in range(count)]


def resampled(samples, rate, reach=6):
    """At RATE, by a windowed sinc that cuts where RATE ends. `reach`: its zero crossings on either side."""
    period = RATE // math.gcd(rate, RATE)  # after so many results the filter is the same again
    width = math.ceil(reach * rate / RATE) + 1
    filters = []
    for number in range(period):
        centre = number * rate / RATE % 1
        filters.append([kernel((at - centre) * RATE / rate, reach) * RATE / rate for at in range(-width, width + 1)])
    padded = [0] * width + list(samples) + [0] * (width + 1)
    begins = [number * rate // RATE for number in range(len(samples) * RATE // rate)]
    return [sum(map(operator.mul, filters[number % period], padded[at:at + 2 * width + 1])) for number, at in enumerate(begins)]


def kernel(x, reach):
    if abs(x) >= reach:
        return 0.0
    return math.sin(math.pi * x) / (math.pi * x) * (0.5 + 0.5 * math.cos(math.pi * x / reach)) if x else 1.0


def spoken(samples):
    """Without the silence before and after."""
    loud = [at for at, sample in enumerate(samples) if abs(sample) > 200]
    return samples[loud[0]:loud[-1] + 1] if loud else []


def transformed(values):
    """Fourier's transform of a power of two of values."""
    if len(values) == 1:
        return values
    even, odd = transformed(values[::2]), transformed(values[1::2])
    turned = [cmath.rect(1, -2 * math.pi * k / len(values)) * value for k, value in enumerate(odd)]
    return [a + b for a, b in zip(even, turned)] + [a - b for a, b in zip(even, turned)]


def found(wanted, recording):
    """The greatest normalised cross-correlation of `wanted` with a stretch of `recording` as long, and where that begins: 1
    for the same wave at whatever loudness, near 0 for another one, or none."""
    if not wanted or len(recording) < len(wanted):
        return 0.0, 0
    size = 1 << (len(recording) + len(wanted)).bit_length()
    spectra = [transformed(list(values) + [0.0] * (size - len(values))) for values in (recording, wanted)]
    # The inverse transform of a conjugate is the conjugate of the transform, but for the size; of real values both are one.
    products = transformed([(a * b.conjugate()).conjugate() for a, b in zip(*spectra)])
    sums = [0.0]
    for sample in recording:
        sums.append(sums[-1] + sample * sample)
    norm = math.sqrt(sum(sample * sample for sample in wanted))
    quiet = sums[-1] / 100  # a stretch with less than a hundredth of all that was recorded is no sentence
    best = (0.0, 0)
    for at in range(len(recording) - len(wanted) + 1):
        energy = sums[at + len(wanted)] - sums[at]
        if energy > quiet:
            best = max(best, (products[at].real / size / (norm * math.sqrt(energy)), at))
    return best


def likeness(wanted, recording, piece=RATE, slack=RATE // 4):
    """How alike a sentence and a recording that may hold it are, and where it begins, in seconds. A second at a time, each to
    be found where it belongs, a quarter of a second sooner or later: a buffer that ran empty shifts what follows."""
    _, begin = found(wanted, recording)
    figure = total = 0.0
    for at in range(0, max(1, len(wanted) - piece // 2), piece):
        part = wanted[at:] if at + piece * 3 // 2 > len(wanted) else wanted[at:at + piece]
        first = max(0, begin + at - slack)
        energy = sum(sample * sample for sample in part)
        figure += energy * found(part, recording[first:begin + at + len(part) + slack])[0]
        total += energy
    return figure / total if total else 0.0, begin / RATE
