import { wordsOf } from "../shared/words.mjs";
import { frame } from "./frame.mjs";

export const prerender = (base, lang, route) => String(frame(wordsOf(lang), base, route));
