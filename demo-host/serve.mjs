// Serves files as a content delivery network does: to pages of any origin, also isolated ones, each with its type, and
// what is not there is not there.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { once } from "node:events";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};

/** Answers with the file, when it is there; whether it was. */
export function sendFile(response, path, headers = {}) {
  const type = TYPES[extname(path)];
  const about = type && statSync(path, { throwIfNoEntry: false });
  if (!about?.isFile()) return false;
  response.writeHead(200, { "content-type": type, "content-length": about.size, "x-content-type-options": "nosniff", ...headers });
  createReadStream(path).pipe(response);
  return true;
}

/** Answers with a text; true, as there is something at the path. */
export function sendText(response, text, headers) {
  response.writeHead(200, { "x-content-type-options": "nosniff", ...headers }).end(text);
  return true;
}

/** A server on a port of this machine; `answer(response, path, request)` says whether there is something at the path. */
export async function serve(port, answer) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://host.invalid");
    if (answer(response, pathname, request)) return;
    response.writeHead(404, { "content-type": "text/plain" }).end("There is no such page.");
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const FOR_EVERY_SITE = {
  "access-control-allow-origin": "*",
  "cross-origin-resource-policy": "cross-origin",
  "cache-control": "no-cache",
};

/**
 * The folder of the built element, for every site; `config` is what its config.json says instead of the folder's, `headersOf`
 * what a path's answer says besides.
 */
export function serveAssets(port, folder, config, headersOf = () => ({})) {
  return serve(port, (response, path) =>
    config && path === "/config.json"
      ? sendText(response, JSON.stringify(config), { "content-type": TYPES[".json"], ...FOR_EVERY_SITE })
      : sendFile(response, join(folder, normalize(path), path.endsWith("/") ? "index.html" : ""), { ...FOR_EVERY_SITE, ...headersOf(path) }),
  );
}
