// SPDX-License-Identifier: MIT
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

/** A page's script with all that it imports: JsSIP comes as modules of Node.js. */
async function bundle(file) {
  const made = await build({ entryPoints: [file], bundle: true, format: "esm", write: false, logLevel: "error" });
  return made.outputFiles[0].contents;
}

/** Serves the pages beside this file, on 127.0.0.1 only. */
export function servePages() {
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
