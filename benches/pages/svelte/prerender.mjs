import { render } from "svelte/server";

import { wordsOf } from "../shared/words.mjs";
import App from "./App.svelte";

export const prerender = (base, lang, route) => render(App, { props: { w: wordsOf(lang), base, at: `${base}/${route}` } }).body;
