// Runs in every measured page before anything else: notes when the page's data is on the screen, when the account button first
// answers, what was painted and moved, and how long the main thread was not free. `WANTED` is put before it.
(() => {
  const seen = { fcp: null, lcp: null, cls: 0, blocked: 0, data: null, interactive: null };
  globalThis.seen = seen;
  const observe = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe("paint", ({ name, startTime }) => name === "first-contentful-paint" && (seen.fcp = startTime));
  observe("largest-contentful-paint", ({ startTime }) => (seen.lcp = startTime));
  observe("layout-shift", ({ value }) => (seen.cls += value));
  observe("longtask", ({ duration }) => (seen.blocked += Math.max(0, duration - 50)));

  // The memory that WebAssembly has taken, which is not in the JavaScript heap.
  const memories = new Set();
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      for (const it of Object.values((made.instance ?? made).exports)) if (it instanceof WebAssembly.Memory) memories.add(it);
      return made;
    };
  }
  globalThis.wasmBytes = () => [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);

  const root = () => document.querySelector("partner-support")?.shadowRoot ?? document;
  const afterThisFrame = (then) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(null);
  };
  const isThere = (within) => globalThis.WANTED.every(({ selector, count }) => within.querySelectorAll(selector).length >= count);
  let pressed = null;
  const look = () => {
    const within = root();
    if (seen.data === null && isThere(within)) {
      seen.data = 0;
      afterThisFrame(() => (seen.data = performance.now()));
    }
    if (seen.interactive === null) {
      const button = within.querySelector(".account-button");
      if (pressed && pressed.getAttribute("aria-expanded") === "true") {
        seen.interactive = performance.now();
        pressed.click();
      } else if (pressed) {
        pressed = null;
      } else if (button) {
        pressed = button;
        button.click();
      }
    }
    if (!seen.data || seen.interactive === null) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
