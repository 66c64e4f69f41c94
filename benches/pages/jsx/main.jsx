import { Router, start } from "framework";

import { wordsOf } from "../shared/words.mjs";
import { App } from "./app.jsx";

const base = location.pathname.split("/").slice(0, 3).join("/");
start(
  document.getElementById("root"),
  <Router base={base}>
    <App w={wordsOf(document.documentElement.lang, ...navigator.languages)} />
  </Router>,
);
