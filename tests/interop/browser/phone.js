// SPDX-License-Identifier: MIT
// A phone made of SIP.js's public API and nothing else; drive.mjs calls its functions from outside.
import { Inviter, Registerer, RegistererState, SessionState, UserAgent, name, version } from "sip.js";

import { audioPackets } from "./packets.js";

const options = { sessionDescriptionHandlerOptions: { constraints: { audio: true, video: false } } };
let agent;
let registerer;
let session;

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

function established() {
  return untilState(session.stateChange, () => session.state, SessionState.Established, SessionState.Terminated, "the session");
}

window.phone = {
  boot: () => `${name} ${version}`,

  async register(uri, server) {
    agent = new UserAgent({
      uri: UserAgent.makeURI(uri),
      transportOptions: { server },
      logLevel: "warn",
      delegate: {
        onInvite(invitation) {
          session = invitation;
          invitation.accept(options).catch((error) => console.error("accept failed", error));
        },
      },
    });
    await agent.start();
    registerer = new Registerer(agent);
    await registerer.register();
    return untilState(registerer.stateChange, () => registerer.state, RegistererState.Registered,
      RegistererState.Terminated, "the registration");
  },

  async call(target) {
    session = new Inviter(agent, UserAgent.makeURI(target), options);
    let refusal;
    await session.invite({ requestDelegate: { onReject: (response) => { refusal = response.message.statusCode; } } });
    try {
      return await established();
    } catch (error) {
      throw new Error(`${error.message}; refused with ${refusal}`);
    }
  },

  /** Waits until somebody calls, and the call is accepted. */
  async called() {
    session = undefined;
    const deadline = Date.now() + 30000;
    while (!session && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    if (!session) throw new Error("nobody called");
    return established();
  },

  packets: () => audioPackets(session?.sessionDescriptionHandler?.peerConnection),

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
