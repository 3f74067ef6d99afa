// SPDX-License-Identifier: MIT
// Runs phone.html in headless Chromium, takes it through the steps of a plan (JSON, the only argument), and exits 0 when
// every step did what it must. Serves the page itself, on 127.0.0.1 only.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
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

function serve() {
  const types = { html: "text/html", js: "text/javascript", mjs: "text/javascript" };
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://127.0.0.1").pathname);
    const file = path.startsWith("/sip.js/") ? join(here, "node_modules", path) : join(here, path);
    if (!existsSync(file) || !(path.split(".").pop() in types)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": types[path.split(".").pop()] }).end(readFileSync(file));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function must(condition, message) {
  if (!condition) throw new Error(message);
}

/** Both counts must grow by so many packets, again and again: a single burst is not a conversation. */
async function audioFlows(page, label) {
  const step = 40;
  const deadline = Date.now() + 30000;
  let previous = await page.evaluate(() => phone.packets());
  let growths = 0;
  while (growths < 3) {
    must(Date.now() < deadline, `${label}: audio does not flow both ways: ${JSON.stringify(previous)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const now = await page.evaluate(() => phone.packets());
    if (now.sent >= previous.sent + step && now.received >= previous.received + step) {
      growths += 1;
      previous = now;
    }
  }
  console.log(`${label}: ${previous.sent} audio packets sent, ${previous.received} received`);
}

const steps = {
  async boot(page) {
    await page.waitForFunction(() => window.phone !== undefined, undefined, { timeout: 20000 });
    const product = await page.evaluate(() => phone.boot());
    must(/^sip\.js \d/.test(product), `the page says it runs ${product}`);
    console.log(product.replace("sip.js", "SIP.js"), "in", `Chromium ${page.context().browser().version()}`);
  },

  async register(page) {
    const state = await page.evaluate(([uri, server]) => phone.register(uri, server), [plan.uri, plan.server]);
    must(state === "Registered", `the registration is ${state}`);
  },

  async call(page) {
    await page.evaluate((target) => phone.call(target), plan.callee);
    await audioFlows(page, "out");
    must(await page.evaluate(() => phone.hangup()) === "Terminated", "the call did not end");
  },

  async called(page) {
    const waiting = page.evaluate(() => phone.called());
    const caller = spawn(plan.caller[0], plan.caller.slice(1), { stdio: ["ignore", "inherit", "inherit"] });
    const left = new Promise((resolve) => caller.once("exit", (code, signal) => resolve(code ?? signal)));
    caller.once("error", (error) => console.error(error));
    try {
      await waiting;
      await audioFlows(page, "in");
      must(await page.evaluate(() => phone.ended()) === "Terminated", "the caller did not hang up");
      const code = await Promise.race([left, new Promise((resolve) => setTimeout(resolve, 10000, "no exit").unref())]);
      must(code === 0, `the caller ended with ${code}`);
    } finally {
      caller.kill("SIGKILL");
    }
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
  await page.goto(`http://127.0.0.1:${server.address().port}/phone.html`);
  for (const name of plan.steps) {
    try {
      await steps[name](page);
    } catch (error) {
      throw new Error(`${name}: ${error.message}`);
    }
  }
  if (plan.steps.includes("register")) await page.evaluate(() => phone.stop());
} catch (error) {
  console.error(error.message);
  status = 1;
} finally {
  await context?.close();
  server.close();
  rmSync(profile, { recursive: true, force: true });
}
process.exit(status);
