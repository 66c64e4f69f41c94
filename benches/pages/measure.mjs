// One visit to a page in a browser that has never been there, and one more of somebody who comes back.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const probe = readFileSync(join(import.meta.dirname, "probe.js"), "utf8");
/** After everything is there: so long nothing may be on its way any more. */
const QUIET_MS = 400;
const PATIENCE_MS = 60_000;

/** The two rigs. Slow 4G is what Lighthouse calls so: 150 ms for each request, 1.6 Mbit/s down, 750 kbit/s up. */
export const RIGS = [
  { name: "slow", title: "Slow 4G, 4x CPU", network: { latency: 150, down: 1_600_000 / 8, up: 750_000 / 8 }, cpu: 4 },
  { name: "full", title: "full speed", cpu: 1 },
];

/** `wanted` is how many elements of which selector the data makes; absent where there is none to wait for. */
export async function visits(browser, url, { network, cpu }, wanted) {
  const context = await browser.newContext({ locale: "en", viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const client = await context.newCDPSession(page);
    await client.send("Network.enable");
    await client.send("HeapProfiler.enable");
    await page.addInitScript(`globalThis.WANTED=${JSON.stringify(wanted ?? { selector: "h1", count: 1 })};${probe}`);
    let bytes = 0;
    let waiting = 0;
    let last = Date.now();
    const begun = () => (waiting += 1);
    const ended = ({ encodedDataLength = 0 }) => {
      bytes += encodedDataLength;
      waiting -= 1;
      last = Date.now();
    };
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
      bytes = 0;
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
      await client.send("Emulation.setCPUThrottlingRate", { rate: 1 });
      await client.send("HeapProfiler.collectGarbage");
      const { usedSize } = await client.send("Runtime.getHeapUsage");
      const memory = usedSize + (await page.evaluate(() => globalThis.wasmBytes()));
      return { bytes, fcp, lcp, cls, blocked, ...(wanted && { data, interactive }), memory };
    };
    const first = await visit();
    await page.goto("about:blank");
    waiting = 0;
    const again = await visit();
    return { ...first, again: again.data, againBytes: again.bytes };
  } finally {
    await context.close();
  }
}
