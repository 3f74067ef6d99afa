// SPDX-License-Identifier: MIT
// A phone made of SIP.js's public API and nothing else; steps.mjs calls its functions from outside.
import { Inviter, Registerer, RegistererState, SessionState, UserAgent, name, version } from "sip.js";

import { credentials, figures, pitch, Texts } from "./media.js";

let agent;
let registerer;
let session;
let incoming;
let texts;

const connection = () => session?.sessionDescriptionHandler?.peerConnection;

/** What SIP.js makes its descriptions of: `media` has "video" and "data" beside the sound. */
function described(media, more = {}) {
  texts = new Texts();
  const dataChannel = media.includes("data");
  return {
    constraints: { audio: true, video: media.includes("video") },
    ...(dataChannel ? { dataChannel, onDataChannel: (channel) => texts.watch(channel) } : {}),
    ...more,
  };
}

function untilState(emitter, current, wanted, refused, what) {
  return new Promise((resolve, reject) => {
    const look = (state) => {
      if (state === wanted) resolve(state);
      else if (state === refused) reject(new Error(`${what} is ${state}`));
    };
    emitter.addListener(look);
    look(current());
    setTimeout(() => reject(new Error(`${what} is still ${current()}`)), 20000);
  });
}

async function established() {
  await untilState(session.stateChange, () => session.state, SessionState.Established, SessionState.Terminated, "the session");
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
  const deadline = Date.now() + 10000;
  while (connection().signalingState !== "stable") {
    if (Date.now() > deadline) throw new Error(`signaling is ${connection().signalingState}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

window.phone = {
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
    return untilState(registerer.stateChange, () => registerer.state, RegistererState.Registered,
      RegistererState.Terminated, "the registration");
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
    const deadline = Date.now() + 30000;
    while (!incoming && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    if (!incoming) throw new Error("nobody called");
    session = incoming;
    incoming = undefined;
    await session.accept({ sessionDescriptionHandlerOptions: described(media) });
    return established();
  },

  figures: () => figures(connection()),
  credentials: () => credentials(connection()),
  pitch: () => pitch(connection()),
  texts: () => texts.received,
  writable: () => texts.channel?.readyState === "open",
  send: (text) => texts.send(text),
  reopen: () => texts.watch(connection().createDataChannel("texts")),

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

  ended() {
    return untilState(session.stateChange, () => session.state, SessionState.Terminated, undefined, "the session");
  },

  async stop() {
    await registerer?.unregister();
    await agent?.stop();
  },
};
