// What a host page does for <partner-support>, by the example of the demonstration site: it chooses language and theme, and
// takes over the page's title. People are signed in by the element itself, as `signIn` in its config.json says.

const element = document.querySelector("partner-support");

element.addEventListener("navigate", ({ detail }) => {
  document.title = `${detail.title} – ${document.documentElement.dataset.site}`;
});

// Language and theme live in the address, so that a link keeps them.
const settings = document.querySelector(".site-settings");
const english = new Map();
function display() {
  const query = new URLSearchParams(location.search);
  const languages = Array.from(settings.elements.lang.options, ({ value }) => value);
  // With a region too: "fr-CA", or the pseudo-locale "en-XA".
  const languageOf = (tag) => languages.find((known) => new RegExp(`^${known}\\b`, "i").test(tag));
  const tag = [query.get("lang"), ...navigator.languages].find(languageOf) ?? "en";
  const lang = languageOf(tag);
  const theme = ["light", "dark"].find((known) => known === query.get("theme")) ?? "auto";
  document.documentElement.lang = lang;
  document.documentElement.dir = lang === "ar" ? "rtl" : "ltr";
  document.documentElement.dataset.theme = theme;
  element.setAttribute("locale", tag);
  element.setAttribute("theme", theme);
  settings.elements.lang.value = lang;
  settings.elements.theme.value = theme;
  for (const node of document.querySelectorAll("[data-fr]")) {
    if (!english.has(node)) english.set(node, node.textContent);
    node.textContent = node.dataset[lang] ?? english.get(node);
  }
  settings.setAttribute("aria-label", settings.dataset[`${lang}Label`] ?? "Display");
}
settings.addEventListener("change", ({ target }) => {
  const url = new URL(location.href);
  url.searchParams.set(target.name, target.value);
  history.replaceState(null, "", url);
  display();
});
display();
// Whoever comes back from signing in has the address from before again, with its choices, once the element is there.
element.addEventListener("ready", display);
