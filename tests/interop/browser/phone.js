// SPDX-License-Identifier: MIT
// A phone made of SIP.js's public API and nothing else; steps.mjs calls its functions from outside.
import { Inviter, Registerer, RegistererState, SessionState, UserAgent, name, version } from "sip.js";

import { media as carried, Texts } from "./media.js";
import { until } from "./until.js";

let agent;
let registerer;
let session;
let incoming;

const texts = new Texts();
const connection = () => session?.sessionDescriptionHandler?.peerConnection;

/** What SIP.js makes its descriptions of: `media` has "video" and "data" beside the sound. */
function described(media, more = {}) {
  texts.begin();
  const dataChannel = media.includes("data");
  return {
    constraints: { audio: true, video: media.includes("video") },
    ...(dataChannel ? { dataChannel, onDataChannel: (channel) => texts.watch(channel) } : {}),
    ...more,
  };
}

/** Until a session or a registerer is in that state; it must not come to the other. */
async function reached(subject, wanted, what, refused) {
  await until(() => {
    if (refused && subject.state === refused) throw new Error(`${what} is ${refused}`);
    return subject.state === wanted;
  }, () => `${what} is ${wanted}, not ${subject.state}`);
  return subject.state;
}

async function established() {
  await reached(session, SessionState.Established, "the session", SessionState.Terminated);
  texts.listen(connection());
}

/** A re-INVITE, until its answer was taken. */
async function offer(changes) {
  const sessionDescriptionHandlerOptions = { ...session.sessionDescriptionHandlerOptionsReInvite, ...changes };
  const answered = new Promise((resolve, reject) => {
    const refused = (response) => reject(new Error(`refused with ${response.message.statusCode}`));
    session.invite({ sessionDescriptionHandlerOptions, requestDelegate: { onAccept: resolve, onReject: refused } }).catch(reject);
  });
  await answered;
  await until(() => connection().signalingState === "stable", () => `signaling is stable, not ${connection().signalingState}`);
}

window.phone = {
  ...carried(connection, texts),

  boot: () => `${name} ${version}`,

  async register(uri, server) {
    agent = new UserAgent({
      uri: UserAgent.makeURI(uri),
      transportOptions: { server },
      logLevel: "warn",
      delegate: { onInvite(invitation) { incoming = invitation; } },
    });
    await agent.start();
    registerer = new Registerer(agent);
    await registerer.register();
    return reached(registerer, RegistererState.Registered, "the registration", RegistererState.Terminated);
  },

  async call(target, media) {
    session = new Inviter(agent, UserAgent.makeURI(target), { sessionDescriptionHandlerOptions: described(media) });
    let refusal;
    await session.invite({ requestDelegate: { onReject: (response) => { refusal = response.message.statusCode; } } });
    try {
      return await established();
    } catch (error) {
      throw new Error(`${error.message}; refused with ${refusal}`);
    }
  },

  /** Waits until somebody calls, and the call is accepted. */
  async called(media) {
    await until(() => incoming !== undefined, "somebody calls");
    session = incoming;
    incoming = undefined;
    await session.accept({ sessionDescriptionHandlerOptions: described(media) });
    return established();
  },

  hold: () => offer({ hold: true }),
  resume: () => offer({ hold: false }),
  restart: () => offer({ offerOptions: { iceRestart: true } }),
  /** Into the call, with a fresh media path or without one. */
  addVideo: (restart) => offer({ constraints: { audio: true, video: true }, offerOptions: { iceRestart: restart } }),
  /** Takes what the peer adds, and sends the like. */
  welcomeVideo() {
    session.sessionDescriptionHandlerOptionsReInvite = { constraints: { audio: true, video: true } };
  },

  sendTones(text, inMedia) {
    if (inMedia) {  // SIP.js's sendDtmf() looks at the first sender alone, which may be that of the pictures
      connection().getSenders().find(({ track }) => track?.kind === "audio").dtmf.insertDTMF(text, 400, 200);
      return;
    }
    for (const tone of text) {
      const content = `Signal=${tone}\r\nDuration=400\r\n`;
      session.info({ requestOptions: { body: { contentDisposition: "render", contentType: "application/dtmf-relay", content } } });
    }
  },

  async hangup() {
    await session.bye();
    return this.ended();
  },

  ended: () => reached(session, SessionState.Terminated, "the session"),

  async stop() {
    await registerer?.unregister();
    await agent?.stop();
  },
};
