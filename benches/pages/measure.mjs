// One visit to a page in a browser that has never been there, and one more of somebody who comes back.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { CHANGES } from "./serve.mjs";
import { BASE } from "./shared/backend.mjs";

const probe = readFileSync(join(import.meta.dirname, "probe.js"), "utf8");
/** What is asked for so is for pages that nobody has asked for yet. */
const AHEAD = ["Low", "VeryLow"];
/** Then it has begun, and then it is over. */
const AHEAD_MS = 10_000;
/** After everything is there: so long nothing may be on its way any more. */
const QUIET_MS = 400;
const PATIENCE_MS = 60_000;

/** The two rigs. Slow 4G is what Lighthouse calls so: 150 ms for each request, 1.6 Mbit/s down, 750 kbit/s up. */
export const RIGS = [
  { name: "slow", title: "Slow 4G, 4x CPU", network: { latency: 150, down: 1_600_000 / 8, up: 750_000 / 8 }, cpu: 4 },
  { name: "full", title: "full speed", cpu: 1 },
];

/** When the last came of what the page had asked for before it was done: of its program and styles, and of its data. */
const arrivals = ([base, done]) => {
  const asked = performance.getEntriesByType("resource").filter(({ startTime }) => startTime < done);
  return [false, true].map((isData) =>
    Math.max(...asked.filter(({ name }) => new URL(name).pathname.startsWith(base) === isData).map(({ responseEnd }) => Math.min(responseEnd, done))),
  );
};

/**
 * `wanted` is how many elements of which selectors the data makes; absent where there is none to wait for. `ahead` is
 * whether the variant fetches other pages' parts, once it has nothing else to do: they are counted apart, and nobody waits for them.
 */
export async function visits(browser, url, { network, cpu }, wanted, ahead = false) {
  const context = await browser.newContext({ locale: "en", viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const client = await context.newCDPSession(page);
    await client.send("Network.enable");
    await client.send("HeapProfiler.enable");
    await page.addInitScript(`globalThis.WANTED=${JSON.stringify(wanted ?? [{ selector: "h1", count: 1 }])};${probe}`);
    /** What goes over the wire, with headers: the page, the data, everything else, and what is fetched ahead. */
    let sent = {};
    const what = new Map();
    /** Those that stay open: nobody waits for their end, and what they cost is what has come so far. */
    const streams = new Set();
    let waiting = 0;
    let waitingAhead = 0;
    let last = Date.now();
    const begun = ({ requestId, request }) => {
      const { pathname } = new URL(request.url);
      const isAhead = ahead && AHEAD.includes(request.initialPriority);
      what.set(requestId, isAhead ? "ahead" : request.url === url ? "page" : pathname.startsWith(BASE) ? "data" : "rest");
      if (isAhead) waitingAhead += 1;
      else if (pathname === `${BASE}${CHANGES}`) streams.add(requestId);
      else waiting += 1;
    };
    const came = (requestId, length) => {
      if (streams.has(requestId)) sent[what.get(requestId)] += length;
    };
    const ended = ({ requestId, encodedDataLength = 0 }) => {
      if (streams.has(requestId)) return;
      sent[what.get(requestId)] += encodedDataLength;
      if (what.get(requestId) === "ahead") return (waitingAhead -= 1);
      waiting -= 1;
      last = Date.now();
    };
    client.on("Network.responseReceived", ({ requestId, response }) => came(requestId, response.encodedDataLength));
    client.on("Network.dataReceived", ({ requestId, encodedDataLength }) => came(requestId, encodedDataLength));
    client.on("Network.requestWillBeSent", begun);
    client.on("Network.loadingFinished", ended);
    client.on("Network.loadingFailed", ended);
    if (network) {
      await client.send("Network.emulateNetworkConditions", {
        offline: false,
        latency: network.latency,
        downloadThroughput: network.down,
        uploadThroughput: network.up,
      });
    }
    const visit = async () => {
      sent = { page: 0, data: 0, rest: 0, ahead: 0 };
      await client.send("Emulation.setCPUThrottlingRate", { rate: cpu });
      await page.goto(url, { waitUntil: "commit" });
      if (wanted) await page.waitForFunction(() => globalThis.seen?.data && globalThis.seen.interactive, null, { polling: 100, timeout: PATIENCE_MS });
      else await page.waitForLoadState("load");
      const patience = Date.now() + PATIENCE_MS;
      while (waiting > 0 || Date.now() - last < QUIET_MS) {
        if (Date.now() > patience) throw new Error(`${url} does not come to rest`);
        await sleep(50);
      }
      const { fcp, lcp, cls, blocked, data, interactive } = await page.evaluate(() => globalThis.seen);
      const [programThere, dataThere] = await page.evaluate(arrivals, [BASE, Math.max(data, interactive)]);
      await client.send("Emulation.setCPUThrottlingRate", { rate: 1 });
      await client.send("HeapProfiler.collectGarbage");
      const { usedSize } = await client.send("Runtime.getHeapUsage");
      const memory = usedSize + (await page.evaluate(() => globalThis.wasmBytes()));
      return { sent, bytes: sent.page + sent.data + sent.rest, fcp, lcp, cls, blocked, ...(wanted && { data, interactive, programThere, dataThere }), memory };
    };
    const { sent: firstSent, ...first } = await visit();
    for (const patience = Date.now() + AHEAD_MS; ahead && Date.now() < patience && (firstSent.ahead === 0 || waitingAhead > 0); ) await sleep(100);
    await page.goto("about:blank");
    waiting = 0;
    waitingAhead = 0;
    const again = await visit();
    return { ...first, dataBytes: firstSent.data, aheadBytes: firstSent.ahead, again: again.data, againBytes: again.bytes, againRest: again.sent.rest };
  } finally {
    await context.close();
  }
}
