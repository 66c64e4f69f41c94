// What is left of an element that a site has shown and removed, many times over.
const FIRST = 20;
const ROUNDS = 200;

/** Runs in the page before anything else: WebAssembly's memories. */
function probe() {
  const memories = (globalThis.memories = new Set());
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      for (const it of Object.values((made.instance ?? made).exports)) if (it instanceof WebAssembly.Memory) memories.add(it);
      return made;
    };
  }
}

/** Runs in the page: shows an element until its first page is there, and removes it; so many times. */
async function show(rounds) {
  for (let round = 0; round < rounds; round += 1) {
    const element = document.createElement("partner-support");
    element.setAttribute("api-base", "/api/v1");
    element.setAttribute("routing", "memory");
    element.getAccessToken = async () => (await fetch("/token")).text();
    document.querySelector("main").append(element);
    while (!element.shadowRoot?.querySelector(".card.benefit")) await new Promise(requestAnimationFrame);
    element.remove();
    await Promise.resolve();
  }
}

/** `{ rounds, bytes, nodes, listeners }`: by how much more there is after so many rounds than after the first few. */
export async function mounts(browser, url) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const client = await context.newCDPSession(page);
    await page.addInitScript(probe);
    await page.goto(url, { waitUntil: "load" });
    await page.locator("partner-support .card.benefit").first().waitFor({ timeout: 60_000 });
    await page.evaluate(() => document.querySelector("partner-support").remove());
    const now = async () => {
      await page.waitForLoadState("networkidle");
      for (let again = 0; again < 3; again += 1) await client.send("HeapProfiler.collectGarbage");
      const { nodes, jsEventListeners: listeners } = await client.send("Memory.getDOMCounters");
      const { usedSize } = await client.send("Runtime.getHeapUsage");
      const wasm = await page.evaluate(() => [...globalThis.memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0));
      return { bytes: usedSize + wasm, nodes, listeners };
    };
    await page.evaluate(show, FIRST);
    const before = await now();
    await page.evaluate(show, ROUNDS);
    const after = await now();
    return { rounds: ROUNDS, ...Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before[key]])) };
  } finally {
    await context.close();
  }
}
