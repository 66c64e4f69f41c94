// What is measured. A new variant is one entry here; a new framework also needs its builder in build.mjs.

/** Whose data was recorded. The first is the one that is measured; what all of them see is compared. */
export const PEOPLE = [
  { subject: "bruno", name: "Bruno Keller" },
  { subject: "julia", name: "Julia Costa" },
];

/** What the API answers with is this file. */
export const PROGRAMME = "../../programmes/mpn-2021.json";

export const LANGUAGES = ["en", "fr"];
export const ROUTES = ["benefits", "incidents", "plans"];

/** What no peer has of our pages, since it is too much to be built five times over. Ours has it while it is measured: this favours the peers. */
export const LEFT_OUT = [
  {
    route: "plans",
    selector: ".worth",
    what: "what each plan would have covered of the account's own incidents",
    why: "It is the law: each incident is judged on its own day as if each plan were the only one, again at every letter of a quote.",
  },
];

/** `name` is also the first segment of the variant's addresses; `prerendered` ones bring their shell and ask early. */
export const VARIANTS = [
  { name: "ours", title: "Partner Support", kind: "release" },
  { name: "plain", title: "plain DOM", kind: "plain" },
  { name: "plain-prerendered", title: "plain DOM, prerendered", kind: "plain", prerendered: true },
  { name: "react", title: "React with react-router", kind: "react" },
  { name: "react-prerendered", title: "React with react-router, prerendered", kind: "react", prerendered: true },
  { name: "solid", title: "Solid", kind: "solid" },
  { name: "solid-prerendered", title: "Solid, prerendered", kind: "solid", prerendered: true },
  { name: "preact", title: "Preact", kind: "preact" },
  { name: "preact-prerendered", title: "Preact, prerendered", kind: "preact", prerendered: true },
  { name: "svelte", title: "Svelte", kind: "svelte" },
  { name: "svelte-prerendered", title: "Svelte, prerendered", kind: "svelte", prerendered: true },
  // The floor: the shell without a script, so without data.
  { name: "static", title: "static page", kind: "static" },
];

/** Our own product as Cargo and wasm-bindgen build it unless they are told otherwise: its program and glue, without styles and loader. */
export const BY_DEFAULT = { name: "leptos", title: "default Leptos" };
