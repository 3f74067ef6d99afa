// SPDX-License-Identifier: MIT
// What a page is taken through. Each step waits for what it is about, and fails when that does not come.
import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";

import { until } from "./until.js";

const GAP = 2; // seconds without sound, at most, when ICE restarts

function must(condition, message) {
  if (!condition) throw new Error(message);
}

/** Lines of the log of our program. */
function lines(log) {
  return readFileSync(log, "utf8").split("\n");
}

export class Steps {
  /** The call that goes on: how it was made, where our program tells of it, how many lines of that were there before, and the
   * ICE credentials that it had when it was last looked at. */
  call = { label: "", log: "", before: 0, credentials: {} };

  constructor(page, plan) {
    this.page = page;
    this.plan = plan;
  }

  end() {
    this.caller?.process.kill("SIGKILL");
  }

  async boot() {
    await until(() => this.page.evaluate(() => window.phone !== undefined), "the page has a phone");
    const product = await this.page.evaluate(() => phone.boot());
    must(/^(sip\.js|JsSIP) \d/.test(product), `the page says it runs ${product}`);
    console.log(product.replace("sip.js", "SIP.js"), "in", this.page.product);
  }

  async register() {
    const state = await this.page.evaluate(([uri, server]) => phone.register(uri, server), [this.plan.uri, this.plan.server]);
    must(state === "Registered", `the registration is ${state}`);
  }

  // ---- calls ----

  async begun(label, log, before) {
    this.call = { label, log, before, credentials: await this.page.evaluate(() => phone.credentials()) };
  }

  /** Calls, with sound and whatever is named: video, data. */
  async dial(name, ...media) {
    const { uri, log } = this.plan.callees[name];
    const before = lines(log).length;
    this.call.label = `out, ${name}`;
    await this.page.evaluate(([target, kinds]) => phone.call(target, kinds), [uri, media]);
    await this.begun(`out, ${name}`, log, before);
  }

  /** Is called, and takes the call with sound and whatever is named. */
  async ring(name, ...media) {
    const { log, command } = this.plan.callers[name];
    this.call.label = `in, ${name}`;
    const waiting = this.page.evaluate((kinds) => phone.called(kinds), media);
    const output = openSync(log, "a");
    const process = spawn(command[0], command.slice(1), { stdio: ["ignore", output, output] });
    this.caller = { process, left: new Promise((resolve) => process.once("exit", (code, signal) => resolve(code ?? signal))) };
    process.once("error", (error) => console.error(error));
    await waiting;
    await this.begun(`in, ${name}`, log, 0);
  }

  async hangup() {
    must(await this.page.evaluate(() => phone.hangup()) === "Terminated", "the call did not end");
  }

  async ended() {
    must(await this.page.evaluate(() => phone.ended()) === "Terminated", "the peer did not hang up");
  }

  /** The program that called has ended, and was content. */
  async left() {
    const code = await Promise.race([this.caller.left, new Promise((resolve) => setTimeout(resolve, 10000, "no exit").unref())]);
    must(code === 0, `the caller ended with ${code}`);
  }

  // ---- what is heard and seen ----

  tell(what) {
    console.log(`${this.call.label}: ${what}`);
  }

  said() {
    return lines(this.call.log).slice(Math.max(0, this.call.before - 1));
  }

  /** Waits until our program has printed that line in this call, so often. */
  async hear(line, times = 1) {
    await until(() => this.said().filter((each) => each === line).length >= times, `our program said '${line}'`);
  }

  figures() {
    return this.page.evaluate(() => phone.figures());
  }

  /** Both counts must grow by so many, again and again: a single burst is not a conversation. */
  async flows(out, back, step, what) {
    let last = await this.figures();
    for (let growths = 0; growths < 3; ++growths) {
      let now = last;
      await until(async () => {
        now = await this.figures();
        return now[out] >= last[out] + step && now[back] >= last[back] + step;
      }, () => `${what} both ways: ${JSON.stringify(last)}, then ${JSON.stringify(now)}`);
      last = now;
    }
    return last;
  }

  /** Nothing more comes, for as long as thirty packets would take. */
  async isSilent(direction) {
    let last = -1;
    let quiet = 0;
    await until(async () => {
      const now = (await this.figures())[direction];
      quiet = now === last ? quiet + 1 : 0;
      last = now;
      return quiet >= 12;
    }, () => `silence: still ${direction} ${last}`);
  }

  async audio() {
    const { sent, received } = await this.flows("sent", "received", 40, "audio");
    this.tell(`${sent} audio packets sent, ${received} received`);
  }

  /** Pictures are encoded here and decoded here; whether they are decoded there `figured` asks. */
  async video() {
    const { encoded, decoded, codec } = await this.flows("encoded", "decoded", 5, "video");
    this.tell(`${encoded} frames encoded, ${decoded} decoded, ${codec}`);
  }

  async seen() {
    let before = (await this.figures()).decoded;
    let now = before;
    await until(async () => {
      now = (await this.figures()).decoded;
      return now >= before + 15;
    }, () => `frames are decoded: ${before}, then ${now}`);
    this.tell(`${now} frames decoded`);
  }

  /** The page hears our tone. */
  async pitch(hertz) {
    let heard = 0;
    await until(async () => {
      heard = await this.page.evaluate(() => phone.pitch());
      return Math.abs(heard - hertz) < 12;
    }, () => `a tone of ${hertz} Hz, but ${heard} Hz`);
    this.tell(`a tone of ${Math.round(heard)} Hz heard`);
  }

  /** Our program has decoded so many frames of each kind, by its own figures at the end of the call. */
  async figured(...wanted) {
    for (const each of wanted) {
      const [kind, least] = each.split("=");
      let figures;
      await until(() => {
        const line = this.said().findLast((text) => text.startsWith(`  ${kind} `));
        figures = line && /(\S+): sent (\d+) packets .* decoded (\d+) /.exec(line);
        return figures;
      }, `our program told of ${kind}`);
      must(Number(figures[3]) >= Number(least), `our program decoded ${figures[3]} of ${kind}, not ${least}`);
      this.tell(`our program sent ${figures[2]} packets of ${kind} (${figures[1]}) and decoded ${figures[3]}`);
    }
  }

  // ---- changes ----

  /** The page holds, and takes that back. */
  async hold() {
    await this.page.evaluate(() => phone.hold());
    await this.hear("held by the peer");
    await this.isSilent("received");
    await this.page.evaluate(() => phone.resume());
    await this.hear("resumed by the peer");
    await this.flows("sent", "received", 40, "audio");
    this.tell("held the peer");
  }

  /** Our program does. */
  async held() {
    await this.page.evaluate(() => phone.held(true));
    await this.isSilent("sent");
    await this.page.evaluate(() => phone.held(false));
    await this.flows("sent", "received", 40, "audio");
    this.tell("held by the peer");
  }

  /** Both sides have other ICE credentials than when the call began, or when this was last asked, and what our program says
   * comes by the new path soon. */
  async restarted() {
    let now;
    await until(async () => {
      now = await this.page.evaluate(() => phone.credentials());
      return now.local !== this.call.credentials.local && now.remote !== this.call.credentials.remote;
    }, () => `ICE is as it was: ${JSON.stringify(now)}`);
    this.call.credentials = now;
    const { received } = await this.figures();
    const began = Date.now();
    const onItsWay = 5; // packets
    await until(async () => (await this.figures()).received > received + onItsWay, "sound on the new path", GAP);
    this.tell(`ICE restarted, sound after ${Date.now() - began} ms`);
  }

  async restart() {
    await this.page.evaluate(() => phone.restart());
    await this.restarted();
  }

  /** The page asks for a fresh media path, and is refused. */
  async keep() {
    const refusal = await this.page.evaluate(() => phone.restart().then(() => "nothing", ({ message }) => message));
    must(refusal === "refused with 488", `the restart met with ${refusal}`);
    this.tell("restart of ICE refused");
  }

  /** The page adds video, with a fresh media path ("restart") or without. */
  async add(how) {
    await this.page.evaluate((restart) => phone.addVideo(restart), how === "restart");
    this.tell(`video offered${how ? `, with a ${how}` : ""}`);
  }

  /** The page adds a data channel, without a fresh media path. */
  async chat() {
    await this.page.evaluate(() => phone.addTexts());
    this.tell("a data channel offered");
  }

  /** The page will send video when our program adds it. */
  async welcome() {
    await this.page.evaluate(() => phone.welcomeVideo());
  }

  // ---- words and digits ----

  async tones(text) {
    await this.page.evaluate((tones) => phone.sendTones(tones, true), text);
    for (const tone of text) await this.hear(`dtmf ${tone}`);
    this.tell(`tones ${text} sent in the media`);
  }

  async infos(text) {
    await this.page.evaluate((tones) => phone.sendTones(tones, false), text);
    for (const tone of text) await this.hear(`dtmf ${tone}`);
    this.tell(`tones ${text} sent in INFO`);
  }

  async hears(text) {
    await this.page.evaluate((tones) => phone.heardTones(tones), text);
    this.tell(`tones ${text} heard`);
  }

  /** Our program has sent that text. */
  async reads(text) {
    await until(async () => (await this.page.evaluate(() => phone.texts())).includes(text), `the text '${text}'`);
    this.tell(`text ${text} read`);
  }

  /** The page opens another data channel: a fresh media path has none of the one before. */
  async reopen() {
    await this.page.evaluate(() => phone.reopen());
  }

  async writes(text) {
    await until(() => this.page.evaluate(() => phone.writable()), "an open data channel");
    await this.page.evaluate((words) => phone.send(words), text);
    await this.hear(`text from the peer: ${text}`);
    this.tell(`text ${text} sent`);
  }
}
