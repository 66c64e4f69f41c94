// Runs in every measured page before anything else: how long each interaction took until the next frame, how long the main thread was
// busy at a stretch, when the rows that answer it were on the screen, and WebAssembly's memory.
(() => {
  const seen = { interactions: new Map(), tasks: [] };
  const observe = (type, note, more = {}) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...more });
  const note = ({ interactionId, duration }) => {
    if (interactionId) seen.interactions.set(interactionId, Math.max(duration, seen.interactions.get(interactionId) ?? 0));
  };
  observe("event", note, { durationThreshold: 16 });
  observe("first-input", note);
  observe("longtask", ({ duration }) => seen.tasks.push(duration));
  /** What was seen since the last call. */
  globalThis.taken = () => {
    const { interactions, tasks } = seen;
    const taken = { interactions: [...interactions.values()], tasks: [...tasks] };
    interactions.clear();
    tasks.length = 0;
    return taken;
  };

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

  let last = 0;
  for (const type of ["keydown", "pointerdown"]) addEventListener(type, ({ timeStamp }) => (last = timeStamp), { capture: true });
  const root = () => document.querySelector("partner-support")?.shadowRoot ?? document;
  /** Whether the list shows what is wanted: its first number and how many rows, `null` for any; or that there is none. */
  const shows = ({ first, rows, heading }) => {
    const within = root();
    if (heading) return within.querySelector("h1")?.textContent.includes(heading) ?? false;
    if (within.querySelector(".incidents-shown[aria-busy]")) return false;
    const numbers = within.querySelectorAll(".incident-table tbody .code");
    if (first === null) return within.querySelector(".incident-table.none") !== null || numbers.length === 0;
    return numbers[0]?.textContent === first && (rows === undefined || numbers.length === rows);
  };
  const afterThisFrame = (then) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(null);
  };
  globalThis.shows = shows;
  globalThis.expect = (wanted) => {
    globalThis.answered = null;
    const look = () => {
      if (shows(wanted)) afterThisFrame(() => (globalThis.answered = { at: performance.now(), after: performance.now() - last }));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  };
})();
