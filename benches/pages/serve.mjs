// Serves what build.mjs has written as a CDN does, compressed and cached for ever where the name has a hash in it, and
// the recorded answers of the API as one who thinks for a fixed time.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { brotli } from "../../crates/xtask/dist/compressed.mjs";
import { LANGUAGES, PROGRAMME } from "./variants.mjs";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};
const here = import.meta.dirname;

/** The stream of changes to the account, which our list and our plans follow. It does not end. */
export const CHANGES = "/account/changes";
/** Milliseconds that the API thinks. */
export const THINK_TIME = 20;

/** A server of `folder` on a free port of this machine, with the data that was recorded of this person. */
export async function serve(folder, subject) {
  const kept = new Map();
  const keep = (key, make) => {
    if (!kept.has(key)) kept.set(key, make());
    return kept.get(key);
  };
  const file = (name) =>
    keep(name, () => {
      const path = join(folder, normalize(name));
      return existsSync(path) && { bytes: readFileSync(path), compressed: readFileSync(`${path}.br`), type: TYPES[extname(path)] };
    });
  const recorded = (name) =>
    keep(`recorded:${name}`, () => {
      // As the server writes it: without blanks.
      const bytes = Buffer.from(JSON.stringify(JSON.parse(readFileSync(join(here, name), "utf8"))));
      return { bytes, compressed: brotli(bytes), type: TYPES[".json"] };
    });

  const etagOf = (bytes) => `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 16)}"`;

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://host.invalid");
    const send = ({ bytes, compressed, type }, headers = {}, status = 200) => {
      const etag = etagOf(bytes);
      if (status === 200 && request.headers["if-none-match"] === etag) return response.writeHead(304, { etag, ...headers }).end();
      const encoded = /\bbr\b/.test(request.headers["accept-encoding"] ?? "");
      response.writeHead(status, { "content-type": type, etag, vary: "accept-encoding", ...(encoded && { "content-encoding": "br" }), ...headers });
      response.end(encoded ? compressed : bytes);
    };
    const missing = () => response.writeHead(404, { "content-type": "text/plain" }).end("There is nothing here.");
    if (pathname.startsWith("/api/v1/")) {
      await sleep(THINK_TIME);
      const path = pathname.slice("/api/v1".length);
      if (path === CHANGES) return follow(response);
      return answer(path, { method: request.method, searchParams, send, missing });
    }
    const [, variant, second, ...rest] = pathname.split("/");
    if (second === "files") {
      const found = file(pathname);
      // What carries a version or a hash in its name never changes; a settings file may.
      const forEver = !pathname.endsWith("/config.json");
      return found ? send(found, { "cache-control": forEver ? "public, max-age=31536000, immutable" : "no-cache" }) : missing();
    }
    const found = file(`/${variant}/pages/${second}/${rest[0]}.html`);
    return found && rest.length === 1 ? send(found, { "cache-control": "no-cache" }) : missing();
  });

  /** A stream that says how the account is, and that stays open: nothing changes. */
  function follow(response) {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(`event: account\ndata: ${JSON.stringify({ etag: etagOf(recorded(`data/${subject}/account.json`).bytes) })}\n\n`);
  }

  function answer(path, { method, searchParams, send, missing }) {
    const json = (name, headers) => send(recorded(`data/${subject}/${name}`), headers);
    if (method === "POST") {
      if (path === "/contract-links") return problem("unknown-ids", 404);
      if (path.endsWith("/revealed-ids")) return written({ access_id: "ACCESS-1", contract_id: "CONTRACT-1" });
      return json("account.json");
    }
    if (path === "/programme") return send(recorded(PROGRAMME), { "cache-control": "no-cache" });
    if (path === "/account") return json("account.json", { "cache-control": "private, no-cache" });
    if (path === "/benefits") return json("benefits.json", { "cache-control": "private, no-cache" });
    if (path === "/account/verdicts") return json(`verdicts.${searchParams.get("lang")}.json`, { "cache-control": "private, no-cache" });
    if (path === "/incidents") return searchParams.size > 1 ? written(found(searchParams)) : json("incidents.json", { "cache-control": "no-store" });
    return missing();

    /** What the API finds by itself, of a list that is one page. */
    function found(asked) {
      const { incidents } = JSON.parse(recorded(`data/${subject}/incidents.json`).bytes);
      const is = (name) => (incident) => !asked.get(name) || incident[name] === asked.get(name);
      const text = (asked.get("text") ?? "").toLowerCase();
      const has = ({ number, title, customer = "" }) => [number, title, customer].join("\n").toLowerCase().includes(text);
      const isPaid = ({ funding, benefit = "" }) => !asked.get("paid_by") || [funding.plan, benefit.split(".")[0]].includes(asked.get("paid_by"));
      const at = (name, open) => (asked.has(name) ? Date.parse(asked.get(name)) : open);
      const [from, until] = [at("created_from", -Infinity), at("created_until", Infinity)];
      const isThen = ({ created_at }) => Date.parse(created_at) >= from && Date.parse(created_at) <= until;
      const finds = [has, isPaid, isThen, ...["status", "product", "severity"].map(is)];
      const left = incidents.filter((incident) => finds.every((finds) => finds(incident)));
      return { incidents: asked.get("order") === "oldest" ? left.toReversed() : left };
    }
    function written(content, status = 200, type = TYPES[".json"]) {
      const bytes = Buffer.from(JSON.stringify(content));
      send({ bytes, compressed: brotli(bytes), type }, { "cache-control": "no-store" }, status);
    }
    function problem(code, status) {
      written({ type: `/problems/${code}`, code, status, title: code }, status, "application/problem+json");
    }
  }

  // Compressing takes longer than the API thinks: nobody waits for it.
  for (const name of ["account.json", "incidents.json", ...LANGUAGES.map((lang) => `verdicts.${lang}.json`)]) recorded(`data/${subject}/${name}`);
  recorded(PROGRAMME);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}
