// SPDX-License-Identifier: MIT
// What a connection really carries: counts of its own statistics, the pitch that is heard, the texts that come.

/** The track of that kind that the peer sends. Decoders run only for who listens and looks: so does the page. */
function played(connection, kind) {
  const track = connection?.getReceivers().find((receiver) => receiver.track?.kind === kind)?.track;
  const element = document.getElementById(kind);
  if (track && element.srcObject?.getTracks()[0] !== track) element.srcObject = new MediaStream([track]);
  return track;
}

/** Packets of audio, frames of video; 0 while there are none. */
async function figures(connection) {
  const counts = { sent: 0, received: 0, encoded: 0, decoded: 0, codec: "" };
  played(connection, "audio");
  played(connection, "video");
  const reports = connection ? await connection.getStats() : new Map();
  for (const report of reports.values()) {
    const kind = report.kind ?? report.mediaType;
    if (kind === "audio" && report.type === "outbound-rtp") counts.sent += report.packetsSent ?? 0;
    if (kind === "audio" && report.type === "inbound-rtp") counts.received += report.packetsReceived ?? 0;
    if (kind === "video" && report.type === "outbound-rtp") counts.encoded += report.framesEncoded ?? 0;
    if (kind === "video" && report.type === "inbound-rtp") {
      counts.decoded += report.framesDecoded ?? 0;
      if (report.framesDecoded) counts.codec = reports.get(report.codecId)?.mimeType ?? "";
    }
  }
  return counts;
}

/** The ICE user fragments of both sides: a restart changes them. */
function credentials(connection) {
  const fragment = (description) => /^a=ice-ufrag:(.*)$/m.exec(description?.sdp ?? "")?.[1].trim();
  return { local: fragment(connection?.localDescription), remote: fragment(connection?.remoteDescription) };
}

/** So many milliseconds of a track, as samples. Recorded and decoded: an AudioContext wants a loudspeaker in Firefox. */
async function heard(track, milliseconds) {
  const chunks = [];
  const recorder = new MediaRecorder(new MediaStream([track]));
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  recorder.addEventListener("dataavailable", ({ data }) => chunks.push(data));
  recorder.start();
  setTimeout(() => recorder.stop(), milliseconds);
  await stopped;
  const recorded = await new Blob(chunks).arrayBuffer();
  if (!recorded.byteLength) return new Float32Array();
  return (await new OfflineAudioContext(1, RATE, RATE).decodeAudioData(recorded)).getChannelData(0);
}

const RATE = 8000;
const PIECE = 2000; // samples: a quarter of a second

function powerAt(hertz, samples) {
  let real = 0;
  let imaginary = 0;
  samples.forEach((sample, at) => {
    real += sample * Math.cos((2 * Math.PI * hertz * at) / RATE);
    imaginary += sample * Math.sin((2 * Math.PI * hertz * at) / RATE);
  });
  return (2 * (real * real + imaginary * imaginary)) / samples.length;
}

/** The pitch that most of what the peer says has, in hertz; 0 when there is none, or silence. */
async function pitch(connection) {
  const track = played(connection, "audio");
  const samples = track ? (await heard(track, 600)).slice(-PIECE) : [];
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
  if (energy < 1e-4 * PIECE) return 0;
  for (let hertz = 100; hertz < 2000; hertz += 4) if (powerAt(hertz, samples) > 0.6 * energy) return hertz;
  return 0;
}

/** The texts of the call now, through data channels: those that came, in order, and the channel that is open. */
export class Texts {
  received = [];

  /** Another call: what was said before is forgotten. */
  begin() {
    this.received = [];
    this.channel = undefined;
  }

  /** Those that the peer opens; it may do so again with each fresh media path. */
  listen(connection) {
    connection.addEventListener("datachannel", ({ channel }) => this.watch(channel));
  }

  watch(channel) {
    if (this.channel === channel) return;
    this.channel = channel;
    const received = this.received;
    channel.addEventListener("message", ({ data }) => received.push(data));
  }

  send(text) {
    if (this.channel?.readyState !== "open") throw new Error(`the data channel is ${this.channel?.readyState}`);
    this.channel.send(text);
  }
}

/** What every phone can be asked and told of its media, whatever its signaling. `connection()` is that of the call now. */
export const media = (connection, texts) => ({
  figures: () => figures(connection()),
  credentials: () => credentials(connection()),
  pitch: () => pitch(connection()),
  texts: () => texts.received,
  writable: () => texts.channel?.readyState === "open",
  send: (text) => texts.send(text),
  reopen: () => texts.watch(connection().createDataChannel("texts")),
});
