// Records what the peers are given: the API's own answers to people of the demonstration, and what our page says of them by
// the law, in words. `cargo xtask bench record` runs it on the product as it is built.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { App } from "../../tests/harness.mjs";
import { LANGUAGES, PEOPLE } from "./variants.mjs";


const data = join(import.meta.dirname, "data");

const app = new App();
await app.start();
try {
  const programme = await asked("/programme");
  for (const { subject, name } of PEOPLE) {
    const token = await app.product.token(subject);
    const account = await asked("/account", token);
    const incidents = await asked("/incidents?limit=25", token);
    if (incidents.next) throw new Error(`${name} has more incidents than a page`);
    write(`${subject}/account.json`, account);
    write(`${subject}/benefits.json`, await asked("/benefits", token));
    write(`${subject}/incidents.json`, incidents);
    for (const lang of LANGUAGES) write(`${subject}/verdicts.${lang}.json`, await verdicts({ name, lang, account, programme }));
  }
} finally {
  await app.stop();
}

async function asked(path, token) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const answer = await fetch(`${app.product.address}/api/v1${path}`, { headers });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

function write(name, content) {
  const path = join(data, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, `${JSON.stringify(content, null, 1)}\n`);
}

/** What our page asks the law for, as a reader sees it. */
async function verdicts({ name, lang, account, programme }) {
  // Notation of the plain language: a peer is told no region either.
  const page = await app.open(undefined, name, { locale: { en: "en-US", fr: "fr" }[lang] });
  await page.locator(".card.benefit").first().waitFor();
  const idOf = (entries, named) => entries.find((entry) => [entry.name, entry.name[lang]].includes(named)).id;
  const cards = await page.locator(".card.benefit").evaluateAll((cards) =>
    cards.map((card) => {
      const said = (selector) => card.querySelector(selector)?.textContent ?? null;
      const lists = [...card.querySelectorAll(".facts")];
      const facts = [...lists.pop().querySelectorAll("dd")].map((said) => said.textContent);
      const pace = lists.pop();
      const [ask] = card.querySelectorAll(".card-actions button");
      return {
        name: said("h3"),
        tone: card.querySelector(".badge").className.split(" ")[1],
        state: said(".badge"),
        text: said(":scope > p:not(.meter-text)"),
        own: !card.querySelector(".card-head .hint"),
        pace: pace
          ? {
              early: pace.querySelector(".badge")?.textContent ?? null,
              text: pace.querySelector("p").textContent,
              basis: pace.querySelector(".hint")?.textContent.trim() ?? null,
            }
          : null,
        facts,
        ask: ask && {
          text: ask.textContent,
          why_not: said(".card-actions .why-not"),
          message: card.querySelector(".card-actions .message") !== null,
        },
        usable: card.querySelector(".card-actions > .button[href]") !== null,
        may_reveal: card.querySelector(".ids button") !== null,
      };
    }),
  );
  const words = JSON.parse(readFileSync(join(import.meta.dirname, `../../src/words/${lang}/benefits.json`), "utf8"));
  const benefits = cards.map(({ name, own, facts, ask, ...told }) => {
    const benefit = idOf(programme.benefits, name);
    const contracts = account.contracts.filter((contract) => contract.own === own && contract.benefit.split(".")[0] === benefit);
    if (contracts.length > 1) throw new Error(`${name}: which of ${contracts.length} contracts is it?`);
    return {
      benefit: contracts[0]?.benefit ?? benefit,
      contract: contracts[0]?.reference ?? null,
      ...told,
      source: own ? facts[0] : null,
      includes: own ? facts[2] : null,
      activation: ask ? { again: ask.text.startsWith(words.activate_again), why_not: ask.why_not, message: ask.message } : null,
    };
  });
  const notices = page.locator("section .notice");
  const reminder = await notices.filter({ has: page.locator(".notice-title") }).evaluateAll(([notice]) =>
    notice ? { title: notice.querySelector(".notice-title").textContent, text: notice.querySelector("p:not(.notice-title)").textContent, tag: notice.querySelector(".badge").textContent } : null,
  );
  const coming = await page.locator(".coming .fact").evaluateAll((facts) =>
    facts.map((fact) => ({ name: fact.querySelector("dt").textContent, sentences: [...fact.querySelectorAll("dd > p")].map((sentence) => sentence.textContent) })),
  );
  const only_reads = (await notices.count()) > (reminder ? 1 : 0);

  await app.go(page, "/plans");
  await page.locator(".plan-held").waitFor();
  const plans = await page.locator(".plan-held td").evaluateAll((cells) =>
    cells.map((cell) => ({
      plan: cell.querySelector(".cell-name").textContent,
      tone: cell.querySelector(".badge").className.split(" ")[1],
      held: cell.querySelector(".badge").textContent,
      lines: [...cell.querySelectorAll(".plan-figure > p")].map((line) => line.textContent),
      quotable: false,
    })),
  );
  const quotable = await page.locator(".plan-quotes td").evaluateAll((cells) => cells.map((cell) => cell.querySelector("input") !== null));
  await page.context().close();
  return {
    only_reads,
    reminder,
    benefits,
    coming,
    plans: plans.map((told, at) => ({ ...told, plan: idOf(programme.plans, told.plan), quotable: quotable[at] })),
  };
}
