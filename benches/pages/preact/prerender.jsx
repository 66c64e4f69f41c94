import { renderToString } from "preact-render-to-string";

import { App } from "../jsx/app.jsx";
import { wordsOf } from "../shared/words.mjs";
import { Router } from "./framework.jsx";

export const prerender = (base, lang, route) =>
  renderToString(
    <Router base={base} at={`${base}/${route}`}>
      <App w={wordsOf(lang)} />
    </Router>,
  );
