// SPDX-License-Identifier: MIT
// Opens a page in a headless browser, takes it through the steps of a plan (JSON, the only argument), and exits 0 when
// every step did what it must.
//
// The plan: `browser`; `page`; `steps` (steps.mjs), each a name and what it takes; `server` and `uri` to register with;
// `callees` and `callers` by name, each with the `log` where it says what it hears, and its `uri` or its `command`;
// `sound`, a wav file of one tone for the browser's microphone, and `pitch`, its hertz.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openChromium } from "./chromium.mjs";
import { openFirefox } from "./firefox.mjs";
import { servePages } from "./page_server.mjs";
import { Steps } from "./steps.mjs";

const plan = JSON.parse(process.argv[2]);
const open = { chromium: openChromium, firefox: openFirefox }[plan.browser];
const profile = mkdtempSync(join(tmpdir(), `sipstrata-${plan.browser}-`));
const server = await servePages();
let browser;
let steps;
let status = 0;
try {
  browser = await open(profile, `http://127.0.0.1:${server.address().port}/${plan.page}`, plan);
  steps = new Steps(browser, plan);
  for (const step of plan.steps) {
    const [name, ...parameters] = step.split(" ");
    try {
      await steps[name](...parameters);
    } catch (error) {
      throw new Error(`${steps.call.label} ${step}: ${error.message}`);
    }
  }
  if (plan.steps.includes("register")) await browser.evaluate(() => phone.stop());
} catch (error) {
  console.error(error.message);
  status = 1;
} finally {
  steps?.end();
  await browser?.close();
  server.close();
  rmSync(profile, { recursive: true, force: true });
}
process.exit(status);
