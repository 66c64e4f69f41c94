import { hydrate, mount } from "svelte";

import { wordsOf } from "../shared/words.mjs";
import App from "./App.svelte";

const options = {
  target: document.getElementById("root"),
  props: {
    w: wordsOf(document.documentElement.lang, ...navigator.languages),
    base: location.pathname.split("/").slice(0, 3).join("/"),
    at: location.pathname,
  },
};
if (__PRERENDERED__) hydrate(App, options);
else mount(App, options);
