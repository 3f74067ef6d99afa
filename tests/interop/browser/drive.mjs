// SPDX-License-Identifier: MIT
// Runs a page in headless Chromium, takes it through the steps of a plan (JSON, the only argument), and exits 0 when
// every step did what it must. Serves the page itself, on 127.0.0.1 only.
//
// The plan: `page`; `steps`, each "NAME" or "NAME ARGUMENT"; `server` and `uri` to register with; `log`, where those whom
// the page calls say what they hear; `callers`, the commands that call it, by name.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const plan = JSON.parse(process.argv[2]);
const executable = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
  // Nothing leaves this machine.
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
  "--disable-domain-reliability", "--no-pings",
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
  // A microphone that beeps, no questions, and ICE on loopback.
  "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required",
  "--allow-loopback-in-peer-connection",
  "--disable-features=WebRtcHideLocalIpsWithMdns,MediaRouter,OptimizationHints,Translate",
];

/** A page's script with all that it imports: JsSIP comes as modules of Node.js. */
async function bundle(file) {
  const made = await build({ entryPoints: [file], bundle: true, format: "esm", write: false, logLevel: "error" });
  return made.outputFiles[0].contents;
}

function serve() {
  const types = { html: "text/html", js: "text/javascript" };
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://127.0.0.1").pathname);
    const file = path.startsWith("/sip.js/") ? join(here, "node_modules", path) : join(here, path.replace(".bundle.", "."));
    const type = types[path.split(".").pop()];
    if (!existsSync(file) || !type) {
      response.writeHead(404).end();
      return;
    }
    const body = path.includes(".bundle.") ? await bundle(file) : readFileSync(file);
    response.writeHead(200, { "content-type": type }).end(body);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function must(condition, message) {
  if (!condition) throw new Error(message);
}

async function until(happened, what, seconds = 30) {
  const deadline = Date.now() + 1000 * seconds;
  while (!(await happened())) {
    must(Date.now() < deadline, `not within ${seconds} s: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const packets = (page) => page.evaluate(() => phone.packets());

/** Both counts must grow by so many packets, again and again: a single burst is not a conversation. */
async function flows(page) {
  const step = 40;
  let last = await packets(page);
  for (let growths = 0; growths < 3; ++growths) {
    let now = last;
    await until(async () => {
      now = await packets(page);
      return now.sent >= last.sent + step && now.received >= last.received + step;
    }, () => `audio both ways: ${JSON.stringify(last)}, then ${JSON.stringify(now)}`);
    last = now;
  }
  return last;
}

/** Nothing more comes, for as long as thirty packets would take. */
async function isSilent(page, direction) {
  let last = -1;
  let quiet = 0;
  await until(async () => {
    const now = (await packets(page))[direction];
    quiet = now === last ? quiet + 1 : 0;
    last = now;
    return quiet >= 6;
  }, () => `silence: still ${direction} ${last}`);
}

let call = { label: "", log: "" }; // how the call that goes on was made, and where our program tells of it
let caller;

/** Waits until our program has printed that line so often. */
async function said(line, times = 1) {
  const lines = () => readFileSync(call.log, "utf8").split("\n").filter((each) => each === line);
  await until(() => lines().length >= times, () => `our program said '${line}'`);
}

const steps = {
  async boot(page) {
    await page.waitForFunction(() => window.phone !== undefined, undefined, { timeout: 20000 });
    const product = await page.evaluate(() => phone.boot());
    must(/^(sip\.js|JsSIP) \d/.test(product), `the page says it runs ${product}`);
    console.log(product.replace("sip.js", "SIP.js"), "in", `Chromium ${page.context().browser().version()}`);
  },

  async register(page) {
    const state = await page.evaluate(([uri, server]) => phone.register(uri, server), [plan.uri, plan.server]);
    must(state === "Registered", `the registration is ${state}`);
  },

  async dial(page, target) {
    call = { label: "out", log: plan.log };
    await page.evaluate((uri) => phone.call(uri), target);
  },

  async ring(page, name) {
    const [log, command, ...parameters] = plan.callers[name];
    call = { label: "in", log };
    const waiting = page.evaluate(() => phone.called());
    const output = openSync(log, "a");
    const process = spawn(command, parameters, { stdio: ["ignore", output, output] });
    caller = { process, left: new Promise((resolve) => process.once("exit", (code, signal) => resolve(code ?? signal))) };
    process.once("error", (error) => console.error(error));
    await waiting;
  },

  async audio(page) {
    const { sent, received } = await flows(page);
    console.log(`${call.label}: ${sent} audio packets sent, ${received} received`);
  },

  /** The page holds, and takes that back. */
  async hold(page) {
    await page.evaluate(() => phone.hold());
    await said("held by the peer");
    await isSilent(page, "received");
    await page.evaluate(() => phone.resume());
    await said("resumed by the peer");
    await flows(page);
    console.log(`${call.label}: held the peer`);
  },

  /** Our program does. */
  async held(page) {
    await page.evaluate(() => phone.held(true));
    await isSilent(page, "sent");
    await page.evaluate(() => phone.held(false));
    await flows(page);
    console.log(`${call.label}: held by the peer`);
  },

  async tones(page, text) {
    await page.evaluate((tones) => phone.sendTones(tones, true), text);
    for (const tone of text) await said(`dtmf ${tone}`);
    console.log(`${call.label}: tones ${text} sent in the media`);
  },

  async infos(page, text) {
    await page.evaluate((tones) => phone.sendTones(tones, false), text);
    for (const tone of text) await said(`dtmf ${tone}`);
    console.log(`${call.label}: tones ${text} sent in INFO`);
  },

  async hears(page, text) {
    await page.evaluate((tones) => phone.heardTones(tones), text);
    console.log(`${call.label}: tones ${text} heard`);
  },

  async hangup(page) {
    must(await page.evaluate(() => phone.hangup()) === "Terminated", "the call did not end");
  },

  async ended(page) {
    must(await page.evaluate(() => phone.ended()) === "Terminated", "the peer did not hang up");
  },

  /** The program that called has ended, and was content. */
  async left() {
    const code = await Promise.race([caller.left, new Promise((resolve) => setTimeout(resolve, 10000, "no exit").unref())]);
    must(code === 0, `the caller ended with ${code}`);
  },
};

const profile = mkdtempSync(join(tmpdir(), "sipstrata-chromium-"));
const server = await serve();
let context;
let status = 0;
try {
  context = await chromium.launchPersistentContext(profile, { executablePath: executable, headless: true, args: flags });
  const page = await context.newPage();
  page.on("console", (message) => console.log(`page: ${message.text()}`));
  page.on("pageerror", (error) => console.log(`page: ${error.message}`));
  await page.goto(`http://127.0.0.1:${server.address().port}/${plan.page}`);
  for (const step of plan.steps) {
    const [name, argument] = step.split(" ");
    try {
      await steps[name](page, argument);
    } catch (error) {
      throw new Error(`${call.label} ${step}: ${error.message}`);
    }
  }
  if (plan.steps.includes("register")) await page.evaluate(() => phone.stop());
} catch (error) {
  console.error(error.message);
  status = 1;
} finally {
  caller?.process.kill("SIGKILL");
  await context?.close();
  server.close();
  rmSync(profile, { recursive: true, force: true });
}
process.exit(status);
