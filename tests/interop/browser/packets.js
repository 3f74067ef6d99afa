// SPDX-License-Identifier: MIT
/** Packets of audio that a connection has sent and received, by its own statistics; 0 while there are none. */
export async function audioPackets(connection) {
  const counts = { sent: 0, received: 0 };
  for (const report of connection ? (await connection.getStats()).values() : []) {
    if (report.kind === "audio" && report.type === "outbound-rtp") counts.sent += report.packetsSent;
    if (report.kind === "audio" && report.type === "inbound-rtp") counts.received += report.packetsReceived;
  }
  return counts;
}
