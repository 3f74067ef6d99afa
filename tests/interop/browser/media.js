// SPDX-License-Identifier: MIT
// What a connection really carries: counts of its own statistics, the pitch that is heard, the texts that come.

/** Decoders run only for who looks: so does the page. */
function show(connection) {
  const track = connection?.getReceivers().find((receiver) => receiver.track?.kind === "video")?.track;
  const picture = document.getElementById("picture");
  if (track && picture.srcObject?.getVideoTracks()[0] !== track) picture.srcObject = new MediaStream([track]);
}

/** Packets of audio, frames of video; 0 while there are none. */
export async function figures(connection) {
  const counts = { sent: 0, received: 0, encoded: 0, decoded: 0, codec: "" };
  show(connection);
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
export function credentials(connection) {
  const fragment = (description) => /^a=ice-ufrag:(.*)$/m.exec(description?.sdp ?? "")?.[1].trim();
  return { local: fragment(connection?.localDescription), remote: fragment(connection?.remoteDescription) };
}

let context;
let analyser;
let listened;

/** The strongest pitch of what the peer says, in hertz; 0 when it is silent. */
export async function pitch(connection) {
  const tracks = connection.getReceivers().map(({ track }) => track).filter((track) => track?.kind === "audio");
  if (!tracks.length) return 0;
  if (listened !== tracks[0]) {
    [listened] = tracks;
    const stream = new MediaStream([listened]);
    document.getElementById("remote").srcObject = stream;
    context ??= new AudioContext();
    await context.resume();
    analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(stream).connect(analyser);
  }
  const powers = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(powers);
  const strongest = powers.indexOf(Math.max(...powers));
  return powers[strongest] > -60 ? (strongest * context.sampleRate) / analyser.fftSize : 0;
}

/** Texts through data channels: those that came, in order, and the channel that is open now. */
export class Texts {
  received = [];

  /** Those that the peer opens; it may do so again with each fresh media path. */
  listen(connection) {
    connection.addEventListener("datachannel", ({ channel }) => this.watch(channel));
  }

  watch(channel) {
    if (this.channel === channel) return;
    this.channel = channel;
    channel.addEventListener("message", ({ data }) => this.received.push(data));
  }

  send(text) {
    if (this.channel?.readyState !== "open") throw new Error(`the data channel is ${this.channel?.readyState}`);
    this.channel.send(text);
  }
}
