// SPDX-License-Identifier: MIT
// Firefox by its own remote protocol, Marionette: JSON with its length before it, over TCP.
import { spawn } from "node:child_process";
import { openSync, readFileSync, writeFileSync, existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

import { until } from "./until.js";

const executable = process.env.FIREFOX ?? ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find(existsSync);

const preferences = {
  // A microphone and a camera that need nobody, and no questions.
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "media.autoplay.default": 0,
  "media.autoplay.blocking_policy": 0,
  // ICE on this machine, by addresses and not by names.
  "media.peerconnection.ice.loopback": true,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "media.peerconnection.ice.default_address_only": false,
  // Nothing leaves it.
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.dns.disabled": true,
  "network.trr.mode": 5,
  "network.prefetch-next": false,
  "network.http.speculative-parallel-limit": 0,
  "services.settings.server": "data:,#remote-settings-dummy/v1",
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.search.update": false,
  "browser.region.network.url": "",
  "browser.newtabpage.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage_override.mstone": "ignore",
  "browser.startup.page": 0,
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  "datareporting.policy.dataSubmissionEnabled": false,
  "dom.push.connection.enabled": false,
  "extensions.update.enabled": false,
  "extensions.getAddons.cache.enabled": false,
  "media.gmp-manager.updateEnabled": false,
  "toolkit.telemetry.enabled": false,
  "toolkit.telemetry.server": "",
  "marionette.port": 0,
};

/** Commands and their answers, one at a time for each number. */
class Marionette {
  #waiting = new Map();
  #received = Buffer.alloc(0);
  #last = 0;

  /** Returns when Firefox has said what it speaks. */
  static async connect(port) {
    const marionette = new Marionette();
    marionette.socket = connect(port, "127.0.0.1");
    marionette.socket.on("data", (octets) => marionette.#take(octets));
    marionette.socket.on("error", () => {});  // it closes then
    marionette.socket.once("close", () => marionette.#end());
    await new Promise((resolve, reject) => marionette.#waiting.set("greeting", { resolve, reject }));
    return marionette;
  }

  #end() {
    for (const { reject } of this.#waiting.values()) reject(new Error("Firefox is gone"));
    this.#waiting.clear();
  }

  #take(octets) {
    this.#received = Buffer.concat([this.#received, octets]);
    for (;;) {
      const colon = this.#received.indexOf(":");
      if (colon < 0) return;
      const end = colon + 1 + Number(this.#received.subarray(0, colon));
      if (this.#received.length < end) return;
      const message = JSON.parse(this.#received.subarray(colon + 1, end));
      this.#received = this.#received.subarray(end);
      this.#answer(Array.isArray(message) ? message : [1, "greeting", null, message]);
    }
  }

  #answer([, number, error, result]) {
    const { resolve, reject } = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (error) reject(new Error(error.message));
    else resolve(result);
  }

  command(name, parameters = {}) {
    const number = ++this.#last;
    const text = JSON.stringify([0, number, name, parameters]);
    this.socket.write(`${Buffer.byteLength(text)}:${text}`);
    return new Promise((resolve, reject) => this.#waiting.set(number, { resolve, reject }));
  }
}

/** The port that Marionette listens at, which it writes into the profile. */
async function portOf(profile, firefox) {
  const file = join(profile, "MarionetteActivePort");
  const port = () => (existsSync(file) ? Number(readFileSync(file, "utf8")) : 0);
  await until(() => {
    if (firefox.exitCode !== null) throw new Error(`Firefox ended with ${firefox.exitCode}`);
    return port() !== 0;
  }, "Firefox listens", 60);
  return port();
}

/** Runs a function of the page, which may be asynchronous, with one argument. */
async function evaluate(marionette, what, argument) {
  const script = `const done = arguments[arguments.length - 1];
    Promise.resolve(arguments[0]).then(${what}).then((value) => done({ value }), (error) => done({ error: error.message }));`;
  const { value } = await marionette.command("WebDriver:ExecuteAsyncScript", { script, args: [argument ?? null] });
  if (value.error !== undefined) throw new Error(value.error);
  return value.value;
}

/** A page in headless Firefox: `evaluate(function, argument)`, `product`, `close()`. Its microphone hums at `pitch` hertz. */
export async function openFirefox(profile, url, { pitch }) {
  const all = { ...preferences, "media.navigator.audio.fake_frequency": pitch };
  const lines = Object.entries(all).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const output = openSync(join(profile, "log"), "a");
  const environment = { ...process.env, HOME: profile, MOZ_HEADLESS: "1", MOZ_DISABLE_CONTENT_SANDBOX: "1" };
  const firefox = spawn(executable, ["--headless", "--marionette", "--no-remote", "--profile", profile],
    { stdio: ["ignore", output, output], env: environment });
  const ended = new Promise((resolve) => firefox.once("exit", resolve));
  const close = async () => {
    firefox.kill("SIGKILL");
    await ended;
  };
  try {
    const marionette = await Marionette.connect(await portOf(profile, firefox));
    const { capabilities } = await marionette.command("WebDriver:NewSession", {});
    await marionette.command("WebDriver:SetTimeouts", { script: 60000, pageLoad: 60000 });
    await marionette.command("WebDriver:Navigate", { url });
    return {
      evaluate: (what, argument) => evaluate(marionette, what, argument),
      product: `Firefox ${capabilities.browserVersion}`,
      async close() {
        await Promise.race([marionette.command("Marionette:Quit").catch(() => {}).then(() => ended),
          new Promise((resolve) => setTimeout(resolve, 5000).unref())]);
        await close();
      },
    };
  } catch (error) {
    console.error(readFileSync(join(profile, "log"), "utf8").split("\n").slice(-20).join("\n"));
    await close();
    throw error;
  }
}
