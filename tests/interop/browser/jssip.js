// SPDX-License-Identifier: MIT
// A phone made of JsSIP's public API and nothing else; steps.mjs calls its functions from outside.
import JsSIP from "jssip";

import { media as carried, Texts } from "./media.js";
import { until } from "./until.js";

const options = (media) => ({ mediaConstraints: { audio: true, video: media.includes("video") } });
let agent;
let session;
let incoming;
let end; // the cause, once there is one
let tones = "";

const texts = new Texts();
const connection = () => session?.connection;

/** Until that is true; the session must not end before. */
function inSession(happened, what) {
  return until(() => {
    if (!happened() && end) throw new Error(`the session ended, with ${end}, before ${what}`);
    return happened();
  }, what);
}

function watch(made, media) {
  session = made;
  texts.begin();
  end = undefined;
  tones = "";
  for (const event of ["ended", "failed"]) session.on(event, ({ cause }) => { end = cause; });
  session.on("newDTMF", ({ originator, dtmf }) => {
    if (originator === "remote") tones += dtmf.tone;
  });
  const prepare = (made) => {
    texts.listen(made);
    if (media.includes("data") && session.direction === "outgoing") texts.watch(made.createDataChannel("texts"));
  };
  if (session.connection) prepare(session.connection);
  else session.on("peerconnection", ({ peerconnection }) => prepare(peerconnection));
}

async function addCamera() {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true });
  connection().addTrack(stream.getVideoTracks()[0], stream);
}

/** hold(), unhold() or renegotiate(): their argument is called when the re-INVITE was answered. */
async function offer(begin) {
  let done = false;
  if (!begin(() => { done = true; })) throw new Error("JsSIP does not offer now");
  await inSession(() => done, "the answer to a re-INVITE");
}

window.phone = {
  ...carried(connection, texts),

  boot: () => `${JsSIP.name} ${JsSIP.version}`,

  async register(uri, server) {
    agent = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(server)], uri, register: true });
    agent.on("newRTCSession", ({ originator, session: made }) => { if (originator === "remote") incoming = made; });
    const registered = new Promise((resolve, reject) => {
      agent.on("registered", () => resolve("Registered"));
      agent.on("registrationFailed", ({ cause }) => reject(new Error(cause)));
    });
    agent.start();
    return registered;
  },

  async call(target, media) {
    watch(agent.call(target, options(media)), media);
    await inSession(() => session.isEstablished(), "the call stood");
  },

  /** Waits until somebody calls, and the call is accepted. */
  async called(media) {
    await until(() => incoming !== undefined, "somebody calls");
    watch(incoming, media);
    incoming = undefined;
    session.answer(options(media));
    await inSession(() => session.isEstablished(), "the call stood");
  },

  hold: () => offer((done) => session.hold({}, done)),
  resume: () => offer((done) => session.unhold({}, done)),
  restart: () => offer((done) => session.renegotiate({ rtcOfferConstraints: { iceRestart: true } }, done)),
  /** Into the call, with a fresh media path or without one. */
  async addVideo(restart) {
    await addCamera();
    await offer((done) => session.renegotiate({ rtcOfferConstraints: { iceRestart: restart } }, done));
  },
  /** The same with texts. */
  async addTexts() {
    texts.watch(connection().createDataChannel("texts"));
    await offer((done) => session.renegotiate({}, done));
  },
  /** Takes what the peer adds, and sends the like. */
  welcomeVideo: addCamera,
  held: (wanted) => inSession(() => session.isOnHold().remote === wanted, wanted ? "the peer held" : "the peer resumed"),
  /** In the media, or in INFO: JsSIP knows no third way. */
  sendTones(text, inMedia) {
    const transportType = Object.values(JsSIP.C.DTMF_TRANSPORT).find((name) => (name !== "INFO") === inMedia);
    session.sendDTMF(text, { transportType, duration: 400, interToneGap: 200 });
  },
  heardTones: (wanted) => inSession(() => tones === wanted, `the tones ${wanted}`),

  async hangup() {
    session.terminate();
    return this.ended();
  },

  async ended() {
    await until(() => end !== undefined, "the session ends");
    return session.isEnded() ? "Terminated" : "going on";
  },

  async stop() {
    const stopped = new Promise((resolve) => agent?.on("disconnected", resolve));
    agent?.stop();
    await stopped;
  },
};
