# SPDX-License-Identifier: MIT
"""What espeak-ng speaks is played into a call, and recorded at the other end: the recording must be that sentence, and no
other one. `sipstrata answer` is the machine, and the voice bot of tools/examples, which also says back what it hears."""
import processes
import speech

GREETING = "Please leave your message after the tone, and hang up."
MESSAGE = "The quick brown fox jumps over the lazy dog and goes home."
NEVER_SAID = "Five plums and seven pears lay under the old apple tree."
LEAST = 0.75  # what codecs and clocks leave of a likeness of 1
MOST = 0.25   # of sentences that are not the same; they have 0.1 by chance
LEAD = 1.5    # seconds from the answer until somebody speaks: ICE and DTLS have begun
MEDIA = {"plain RTP, PCMU": ["--srtp", "none", "--codecs", "PCMU"], "plain RTP, Opus": ["--srtp", "none", "--codecs", "opus"],
         "WebRTC": ["--srtp", "dtls"]}


def tests(program, work):
    """Yields (name, function); a function raises AssertionError or returns a line of figures."""
    for name in MEDIA:
        yield f"answering machine: answer and call record what was spoken, {name}", lambda name=name: recorded(program, work, name)
    for name in ("plain RTP, PCMU", "WebRTC"):
        yield f"answering machine: the voice bot greets, records and says back, {name}", lambda name=name: said_back(program, work,
                                                                                                                   name)


class Sentence:
    def __init__(self, text, path, before=LEAD, after=0.0):
        self.path = path
        self.seconds = speech.say(text, path, before, after)
        self.samples = speech.spoken(speech.sides(path)[0])


class Comparison:
    """Judges recordings, and keeps the figures."""

    def __init__(self, folder):
        self.never_said = Sentence(NEVER_SAID, folder / "never-said.wav")
        self.figures = []

    def holds(self, recording, sentence, what):
        """Where it begins, in seconds."""
        figure, begin = speech.likeness(sentence.samples, recording)
        assert figure > LEAST, f"{what}: {figure:.2f} like what was said"
        self.figures.append(f"{what} {figure:.2f}")
        return begin

    def lacks(self, recording, sentences, what):
        """Without this the rest proves nothing: the same measure must tell sentences apart."""
        for sentence in (self.never_said, *sentences):
            figure, _ = speech.likeness(sentence.samples, recording)
            assert figure < MOST, f"{what}: {figure:.2f} like {sentence.path.stem}, which nobody said there"
            self.figures.append(f"{what} {figure:.2f} like {sentence.path.stem}")


def call(program, port, folder, message, *arguments):
    """Speaks the message into a call, until the end of its file."""
    log = folder / "call.log"
    calling = processes.start([program, "call", f"sip:machine@127.0.0.1:{port}", *arguments, "--play", message.path,
                               "--record", folder / "caller.wav", "--hangup-after", f"{message.seconds:.2f}"], log)
    status = processes.finish(calling, message.seconds + 60, "call")
    assert status == 0, f"call ended with {status}:\n{processes.tail(log)}"
    return speech.sides(folder / "caller.wav")


def folder_of(work, *names):
    folder = work / "-".join(names).replace(", ", "-").replace(" ", "-")
    folder.mkdir()
    return folder


def talk_to(machine, log, port, calling):
    """Starts the machine, calls it, and sees it end by itself. What the caller heard."""
    running = processes.start(machine, log)
    try:
        processes.wait_until_bound(running, port, "udp", log)
        _, heard = calling()
        status = processes.finish(running, 30, "the machine")
        assert status == 0, f"the machine ended with {status}:\n{processes.tail(log)}"
    finally:
        processes.stop(running)
    return heard


def recorded(program, work, name):
    folder = folder_of(work, "machine", name)
    greeting = Sentence(GREETING, folder / "greeting.wav")
    message = Sentence(MESSAGE, folder / "message.wav", after=2)
    port = processes.free_port()
    machine = [program, "answer", "--bind", f"127.0.0.1:{port}", *MEDIA[name], "--play", greeting.path, "--record",
               folder / "machine.wav", "--calls", 1]
    heard = talk_to(machine, folder / "answer.log", port, lambda: call(program, port, folder, message, *MEDIA[name]))
    _, taped = speech.sides(folder / "machine.wav")
    comparison = Comparison(folder)
    comparison.holds(taped, message, "the machine's tape")
    comparison.holds(heard, greeting, "the caller's ear")
    comparison.lacks(taped, [greeting], "the machine's tape")
    return "; ".join(comparison.figures)


def said_back(program, work, name):
    folder = folder_of(work, "bot", name)
    greeting = Sentence(GREETING, folder / "greeting.wav")
    message = Sentence(MESSAGE, folder / "message.wav", before=greeting.seconds + LEAD, after=3)
    port = processes.free_port()
    bot = [program.parents[1] / "examples" / "voice_bot", f"udp:127.0.0.1:{port}", greeting.path, folder / "bot.wav"]
    heard = talk_to(bot, folder / "bot.log", port, lambda: call(program, port, folder, message, *MEDIA[name]))
    _, taped = speech.sides(folder / "bot.wav")
    comparison = Comparison(folder)
    comparison.holds(taped, message, "the bot's tape")
    comparison.lacks(taped, [greeting], "the bot's tape")
    greeted = comparison.holds(heard, greeting, "the greeting")
    said = comparison.holds(heard, message, "what was said back")
    assert said > greeted + len(greeting.samples) / speech.RATE, f"said back at {said:.2f} s, greeted at {greeted:.2f} s"
    return "; ".join(comparison.figures)
