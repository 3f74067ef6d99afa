// SPDX-License-Identifier: MIT
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const executable = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
  // Nothing leaves this machine.
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
  "--disable-domain-reliability", "--no-pings",
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
  // A microphone and a camera that need nobody, no questions, and ICE on loopback.
  "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required",
  "--allow-loopback-in-peer-connection",
  "--disable-features=WebRtcHideLocalIpsWithMdns,MediaRouter,OptimizationHints,Translate",
];

/** A page in headless Chromium: `evaluate(function, argument)`, `product`, `close()`. `sound`: a wav file for its microphone. */
export async function openChromium(profile, url, { sound }) {
  const args = sound ? [...flags, `--use-file-for-fake-audio-capture=${sound}`] : flags;
  const context = await chromium.launchPersistentContext(profile, { executablePath: executable, headless: true, args });
  const page = await context.newPage();
  page.on("console", (message) => console.log(`page: ${message.text()}`));
  page.on("pageerror", (error) => console.log(`page: ${error.message}`));
  await page.goto(url);
  return {
    evaluate: (what, argument) => page.evaluate(what, argument),
    product: `Chromium ${context.browser().version()}`,
    close: () => context.close(),
  };
}
