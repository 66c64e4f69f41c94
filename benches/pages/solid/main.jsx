import { hydrate, render } from "solid-js/web";

import { wordsOf } from "../shared/words.mjs";
import { App } from "./app.jsx";

const base = location.pathname.split("/").slice(0, 3).join("/");
const w = wordsOf(document.documentElement.lang, ...navigator.languages);
const app = () => <App w={w} base={base} at={location.pathname} />;
if (__PRERENDERED__) hydrate(app, document.getElementById("root"));
else render(app, document.getElementById("root"));
