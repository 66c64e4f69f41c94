// The product on free ports with data of its own: the demo issuer and the server, as they are built.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = resolve(import.meta.dirname, "..");
const PROGRAMS = resolve(root, process.env.PROGRAMS ?? "target/debug");
// What was built for users, or else what `cargo xtask serve` has left.
export const APP_DIST = [process.env.APP_DIST, "target/release-dist", "dist"]
  .filter(Boolean)
  .map((folder) => resolve(root, folder))
  .find((folder) => existsSync(join(folder, "index.html")));
// The same for development, with the gallery of all parts.
export const GALLERY_DIST = [process.env.GALLERY_DIST, "target/gallery-dist", "dist"]
  .filter(Boolean)
  .map((folder) => resolve(root, folder))
  .find((folder) => existsSync(join(folder, "index.html")));
const PATIENCE_MS = 30_000;

const started = new Set();
process.on("exit", () => {
  for (const child of started) child.kill("SIGKILL");
});

/** A started program, with all that it has said. */
export class Program {
  constructor(name, args, path = join(PROGRAMS, name)) {
    this.name = name;
    this.said = "";
    if (!existsSync(path)) throw new Error(`${path} is not built: run cargo xtask test`);
    this.child = spawn(path, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    started.add(this.child);
    for (const pipe of [this.child.stdout, this.child.stderr]) {
      pipe.setEncoding("utf8").on("data", (text) => (this.said += text));
    }
    this.ended = once(this.child, "exit").then(([code, signal]) => {
      started.delete(this.child);
      this.how = signal ?? `exit code ${code}`;
    });
  }

  /** Resolves when `url` answers 200; rejects with the program's own words when it ends first. */
  async answersAt(url) {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    while (!patience.aborted) {
      if (this.how) throw new Error(`${this.name} ended (${this.how}):\n${this.said}`);
      const answer = await fetch(url, { signal: patience }).catch(() => null);
      if (answer?.ok) return;
      await sleep(30);
    }
    throw new Error(`${this.name} does not answer at ${url}:\n${this.said}`);
  }

  /** Sends a signal and waits for the end; a program that ignores it is killed. */
  async stop(signal = "SIGTERM") {
    if (this.how) return;
    this.child.kill(signal);
    const stubborn = setTimeout(() => this.child.kill("SIGKILL"), 10_000);
    await this.ended;
    clearTimeout(stubborn);
  }
}

/** Ports that nobody listens on at this moment, all different. */
export async function freePorts(count) {
  const holders = await Promise.all(
    Array.from({ length: count }, async () => {
      const holder = createServer().listen(0, "127.0.0.1");
      await once(holder, "listening");
      return holder;
    }),
  );
  const ports = holders.map((holder) => holder.address().port);
  await Promise.all(holders.map((holder) => once(holder.close(), "close")));
  return ports;
}

/** The issuer and the server with fresh demo data. */
export class Product {
  /**
   * `allowOrigin` names origins, with a space between two, whose pages may call the API; `redirect` is where people come back to who sign
   * in; `dist` has the app's files; `options` are more of the server's.
   */
  static async start({ allowOrigin, redirect, dist = APP_DIST, options = [] } = {}) {
    if (!dist) throw new Error("the app is not built: run cargo xtask test");
    const product = new Product();
    product.dist = dist;
    const [port, issuerPort] = await freePorts(2);
    product.port = port;
    product.address = `http://127.0.0.1:${port}`;
    product.issuerAddress = `http://127.0.0.1:${issuerPort}`;
    product.allowOrigin = allowOrigin;
    product.options = options;
    product.redirect = redirect ?? `${product.address}/`;
    product.data = mkdtempSync(join(tmpdir(), "partner-support-"));
    product.issuer = new Program("demo-issuer", [
      "--port",
      String(issuerPort),
      "--client-redirect",
      product.redirect,
    ]);
    await product.issuer.answersAt(`${product.issuerAddress}/.well-known/openid-configuration`);
    await product.startServer();
    return product;
  }

  /** Starts the server, again after {@link stopServer}, on the same data. */
  async startServer() {
    this.server = new Program("support-server", [
      "serve",
      ...["--listen", `127.0.0.1:${this.port}`],
      ...["--data", join(this.data, "demo.sqlite")],
      ...["--programme", "programmes/mpn-2021.json"],
      ...["--programme", "programmes/maicpp-2025.json"],
      ...["--issuer", this.issuerAddress],
      ...["--audience", "partner-support"],
      ...["--static", this.dist],
      ...(this.allowOrigin?.split(" ").flatMap((origin) => ["--allow-origin", origin]) ?? []),
      ...this.options,
      "--demo",
    ]);
    await this.server.answersAt(`${this.address}/livez`);
  }

  /** An access token of a demo person, fetched from the issuer as a site would. */
  async token(subject) {
    const verifier = randomBytes(32).toString("base64url");
    const client = { client_id: "partner-support-demo", redirect_uri: this.redirect };
    const asked = new URLSearchParams({
      ...client,
      response_type: "code",
      state: "a",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      person: subject,
    });
    const sentBack = await fetch(`${this.issuerAddress}/authorize?${asked}`, { redirect: "manual" });
    const code = new URL(sentBack.headers.get("location")).searchParams.get("code");
    const answer = await fetch(`${this.issuerAddress}/token`, {
      method: "POST",
      body: new URLSearchParams({ ...client, grant_type: "authorization_code", code, code_verifier: verifier }),
    });
    return (await answer.json()).access_token;
  }

  /** Stops the server alone: the pages stay open and cannot reach it. */
  async stopServer(signal) {
    await this.server.stop(signal);
  }

  async stop() {
    await this.server?.stop();
    await this.issuer.stop();
    rmSync(this.data, { recursive: true, force: true });
  }
}
