// One address for everybody: the released element in a page of a host's, the peers' pages with all of the account's data, and the
// product's own API behind it.
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { Agent, createServer, request as ask } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".wasm": "application/wasm" };

/** `data` has the text of each file that the peers fetch; `token` gives one to the page around ours. */
export async function serve({ folder, product, data, token }) {
  const agent = new Agent({ keepAlive: true });
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://host.invalid");
    const send = (status, type, bytes) => response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(bytes), "cache-control": "no-store" }).end(bytes);
    if (pathname.startsWith("/api/")) {
      const through = ask({ host: "127.0.0.1", port: product.port, path: request.url, method: request.method, headers: { ...request.headers, host: `127.0.0.1:${product.port}` }, agent }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      through.on("error", () => response.destroy());
      response.on("close", () => through.destroy());
      request.pipe(through);
      return;
    }
    if (pathname === "/token") return send(200, "text/plain", await token());
    const text = data.get(pathname);
    if (text !== undefined) return send(200, TYPES[".json"], text);
    const [, variant, ...rest] = pathname.split("/");
    const file = rest[0] === "files" ? join(folder, normalize(pathname)) : join(folder, normalize(`/${variant}`), "index.html");
    if (!existsSync(file)) return send(404, "text/plain", "There is nothing here.");
    const type = TYPES[extname(file)] ?? "text/plain";
    if (!existsSync(`${file}.br`)) return send(200, type, readFileSync(file));
    response.setHeader("content-encoding", "br");
    return send(200, type, readFileSync(`${file}.br`));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    stop: async () => {
      server.closeAllConnections();
      agent.destroy();
      await once(server.close(), "close");
    },
  };
}
