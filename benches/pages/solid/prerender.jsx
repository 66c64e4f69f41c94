import { generateHydrationScript, renderToString } from "solid-js/web";

import { wordsOf } from "../shared/words.mjs";
import { App } from "./app.jsx";

export const head = generateHydrationScript({ eventNames: ["click", "input"] });

export const prerender = (base, lang, route) =>
  renderToString(() => <App w={wordsOf(lang)} base={base} at={`${base}/${route}`} />);
