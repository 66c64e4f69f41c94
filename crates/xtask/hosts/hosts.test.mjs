// A release as real hosts serve it, each by its own program: types, headers, encodings, what is not there, and the element itself.
// `cargo xtask soak hosts` installs the programs and says where they are.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { startChromium } from "../../../tests/harness.mjs";
import { freePorts } from "../../../tests/product.mjs";
import { CHANGING, EVERYWHERE, pages, RELEASED } from "../dist/hosts.mjs";
import { headers } from "../dist/release.mjs";

const root = resolve(import.meta.dirname, "../../..");
const { RELEASES, HOSTS, NGINX } = process.env;
const PATIENCE_MS = 60_000;

// A site that may frame: as an operator writes it down, and the headers anew.
const [LISTED_PORT] = await freePorts(1);
const LISTED = `http://127.0.0.1:${LISTED_PORT}`;
writeFileSync(join(RELEASES, "config.json"), JSON.stringify({ frameAncestors: [LISTED] }));
headers(RELEASES);

const [version] = readdirSync(RELEASES).filter((name) => /^\d/.test(name));
const files = readdirSync(join(RELEASES, version)).filter((name) => !/\.(br|gz)$/.test(name));
const TYPES = {
  js: /^(text|application)\/javascript\b/,
  wasm: /^application\/wasm$/,
  css: /^text\/css\b/,
  json: /^application\/json\b/,
  txt: /^text\/plain\b/,
};

/** Those that compress by themselves are only asked for what they say; nginx must send the files beside the files. */
const hosts = {
  "wrangler pages dev": {
    start: (port) => [
      join(HOSTS, "node_modules/.bin/wrangler"),
      ["pages", "dev", RELEASES, "--port", port, "--ip", "127.0.0.1", "--compatibility-date", "2026-01-01"],
    ],
  },
  "the Azure Static Web Apps CLI": {
    start: (port) => [join(HOSTS, "node_modules/.bin/swa"), ["start", RELEASES, "--swa-config-location", RELEASES, "--port", port, "--host", "127.0.0.1"]],
  },
  nginx: { start: (port, folder) => [join(NGINX, "usr/sbin/nginx"), ["-c", nginx(port, folder), "-p", folder, "-e", "stderr"]], precompressed: true },
};

/** What is in deploy/cdn for nginx, without its certificate and on a port of this machine. */
function nginx(port, folder) {
  const server = readFileSync(join(root, "deploy/cdn/nginx.conf"), "utf8")
    .replace("listen 443 ssl http2;", `listen 127.0.0.1:${port};`)
    .replace(/^ *(listen \[|ssl_).*\n/gm, "")
    .replaceAll("/srv/partner-support", RELEASES);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder};`);
  writeFileSync(
    join(folder, "nginx.conf"),
    `load_module ${NGINX}/usr/lib/nginx/modules/ngx_http_brotli_static_module.so;
     daemon off; master_process off; pid ${folder}/pid; events {}
     http { access_log off; ${temporary.join(" ")} ${server} }`,
  );
  return join(folder, "nginx.conf");
}

/** An answer as it came over the wire. */
async function asked(url, headers = {}) {
  const [answer] = await once(request(url, { headers }).end(), "response");
  const parts = [];
  for await (const part of answer) parts.push(part);
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) };
}

const PLAIN = { identity: (bytes) => bytes, br: brotliDecompressSync, gzip: gunzipSync };
const plain = ({ headers, body }) => PLAIN[headers["content-encoding"] ?? "identity"](body);

let browser;
before(async () => (browser = await startChromium()));
after(() => browser.close());

for (const [name, { start, precompressed }] of Object.entries(hosts)) {
  describe(name, () => {
    const folder = mkdtempSync(join(tmpdir(), "host-"));
    let address;
    let program;
    before(async () => {
      const [port] = await freePorts(1);
      address = `http://127.0.0.1:${port}`;
      const [path, words] = start(String(port), folder);
      // A group of its own: what it starts ends with it.
      const quiet = { CI: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_PATH: folder, SWA_CLI_DISABLE_TELEMETRY: "1", NO_UPDATE_NOTIFIER: "1" };
      program = spawn(path, words, { cwd: folder, detached: true, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...quiet } });
      let said = "";
      for (const pipe of [program.stdout, program.stderr]) pipe.setEncoding("utf8").on("data", (text) => (said += text));
      for (const begun = Date.now(); ; await sleep(100)) {
        const answer = await fetch(`${address}/config.json`).catch(() => null);
        if (answer?.ok) return;
        if (program.exitCode !== null || Date.now() - begun > PATIENCE_MS) throw new Error(`${name} does not answer:\n${said}`);
      }
    });
    after(() => {
      process.kill(-program.pid, "SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    });

    const everywhere = ({ headers }, path, own = {}) => {
      for (const [header, value] of Object.entries({ ...EVERYWHERE, ...own })) {
        assert.equal(headers[header.toLowerCase()], value, `${header} of ${path}`);
      }
    };

    test("released files come as they are, of their type, and are kept for a year", async () => {
      for (const file of files) {
        const path = `/${version}/${file}`;
        const answer = await asked(address + path);
        assert.equal(answer.status, 200, path);
        assert.deepEqual(plain(answer), readFileSync(join(RELEASES, path)), path);
        assert.match(answer.headers["content-type"], TYPES[file.split(".").at(-1)], path);
        assert.equal(answer.headers["cache-control"], RELEASED, path);
        everywhere(answer, path);
      }
    });

    test("what may change is asked for again, and answered by a 304", async () => {
      for (const path of ["/v0/embed.js", "/v0/embed-frame.js", "/config.json"]) {
        const answer = await asked(address + path);
        assert.equal(answer.headers["cache-control"], CHANGING, path);
        // A policy counts of pages alone.
        everywhere(answer, path, path.startsWith("/v0/") ? pages(["v0"], {}).v0 : {});
        const { status } = await asked(address + path, { "If-None-Match": answer.headers.etag });
        assert.equal(status, 304, path);
      }
    });

    test("pages come at their folders' addresses with policies of their own, and are asked for again", async () => {
      const own = pages(["v0"], JSON.parse(readFileSync(join(RELEASES, "config.json"), "utf8")));
      for (const [path, headers] of [["/v0/", own.v0], [`/frame/${version.replaceAll(".", "-")}/`, own.frame]]) {
        const answer = await asked(address + path);
        assert.equal(answer.status, 200, path);
        assert.match(answer.headers["content-type"], /^text\/html\b/, path);
        assert.equal(answer.headers["cache-control"], CHANGING, path);
        everywhere(answer, path, headers);
      }
    });

    test("documents come at their folders' addresses as the pages do, and who leaves out the slash is sent there", async () => {
      const own = pages(["v0"], JSON.parse(readFileSync(join(RELEASES, "config.json"), "utf8"))).v0;
      for (const path of ["/v0/plans", "/v0/fr/plans", "/v0/ar/rules"]) {
        const answer = await asked(`${address}${path}/`);
        assert.equal(answer.status, 200, path);
        assert.deepEqual(plain(answer), readFileSync(join(RELEASES, path, "index.html")), path);
        assert.match(answer.headers["content-type"], /^text\/html\b/, path);
        assert.equal(answer.headers["cache-control"], CHANGING, path);
        everywhere(answer, path, own);
      }
      for (const path of ["/v0", "/v0/plans", "/v0/fr/plans"]) {
        const { status, headers } = await asked(address + path);
        assert.ok([301, 302, 307, 308].includes(status), `${path}: ${status}`);
        assert.equal(new URL(headers.location, address).href, `${address}${path}/`);
      }
    });

    test("a document whose slash was left out is whole, and leads to the others", async (t) => {
      const context = await browser.newContext({ javaScriptEnabled: false });
      t.after(() => context.close());
      const tab = await context.newPage();
      await tab.goto(`${address}/v0/fr/plans`);
      await tab.locator("partner-support .app").waitFor();
      await tab.locator('.languages a[hreflang="en"]').click();
      await tab.waitForURL(`${address}/v0/plans/`);
      await tab.locator("partner-support .app").waitFor();
    });

    test("what is not there is a 404, and never a page of something else", async () => {
      for (const path of [`/${version}/partner-support.0000000000000000.wasm`, "/9.9.9/embed.js", "/support/incidents", "/"]) {
        const answer = await asked(address + path);
        assert.equal(answer.status, 404, path);
      }
      const { headers } = await asked(`${address}/9.9.9/embed.js`);
      assert.ok(!headers["cache-control"]?.includes("immutable"), "a release to come is not kept as missing");
    });

    if (precompressed) {
      test("each file is sent in the encoding that is asked for, as it lies there", async () => {
        for (const file of files) {
          for (const [encoding, ending] of [["br", ".br"], ["gzip", ".gz"]]) {
            const answer = await asked(`${address}/${version}/${file}`, { "Accept-Encoding": encoding });
            assert.equal(answer.headers["content-encoding"], encoding, file);
            assert.equal(answer.headers.vary, "Accept-Encoding", file);
            assert.match(answer.headers["content-type"], TYPES[file.split(".").at(-1)], file);
            assert.deepEqual(answer.body, readFileSync(join(RELEASES, version, file + ending)), file);
          }
        }
      });
    }

    test("the element starts from it on a strict page of another origin", async (t) => {
      const policy = `default-src 'none'; script-src ${address} 'wasm-unsafe-eval'; connect-src ${address}; require-trusted-types-for 'script'; trusted-types 'none'`;
      const integrity = JSON.parse(readFileSync(join(RELEASES, version, "integrity.json"), "utf8"))["embed.js"];
      const body = `<!doctype html><html lang="en"><title>Host</title>
        <script type="module" src="${address}/${version}/embed.js" integrity="${integrity}" crossorigin></script>
        <partner-support routing="memory" api-base="${address}/nothing"></partner-support></html>`;
      const page = createServer((_, response) =>
        response.writeHead(200, { "Content-Type": "text/html", "Content-Security-Policy": policy }).end(body),
      ).listen(0, "127.0.0.1");
      await once(page, "listening");
      const context = await browser.newContext();
      t.after(async () => {
        await context.close();
        page.close();
      });
      const tab = await context.newPage();
      await tab.goto(`http://127.0.0.1:${page.address().port}/`);
      await tab.locator("partner-support .app").waitFor();
    });

    test("the page of its own starts from the channel's folder, and a deep link names its page", async (t) => {
      const context = await browser.newContext();
      t.after(() => context.close());
      const tab = await context.newPage();
      await tab.goto(`${address}/v0/#/support/plans`);
      await tab.locator("partner-support .app").waitFor();
      await tab.waitForFunction(() => document.title !== "Partner support");
    });

    test("the element starts in a frame on a page of another origin that config.json lists", async (t) => {
      const body = `<!doctype html><html lang="en"><title>Host</title>
        <script type="module" src="${address}/v0/embed-frame.js"></script><partner-support></partner-support></html>`;
      const headers = { "Content-Type": "text/html", "Content-Security-Policy": `default-src 'none'; script-src ${address}; frame-src ${address}` };
      const page = createServer((_, response) => response.writeHead(200, headers).end(body)).listen(LISTED_PORT, "127.0.0.1");
      await once(page, "listening");
      const context = await browser.newContext();
      t.after(async () => {
        await context.close();
        page.close();
      });
      const tab = await context.newPage();
      await tab.goto(LISTED);
      await tab.locator("partner-support iframe").contentFrame().locator("partner-support .app").waitFor();
    });
  });
}