import { renderToString } from "react-dom/server";
import { StaticRouter } from "react-router";

import { App } from "../jsx/app.jsx";
import { wordsOf } from "../shared/words.mjs";

export const prerender = (base, lang, route) =>
  renderToString(
    <StaticRouter basename={base} location={`${base}/${route}`}>
      <App w={wordsOf(lang)} />
    </StaticRouter>,
  );
