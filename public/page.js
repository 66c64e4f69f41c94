// The element as a page of its own, for a site that only links to it. Settings are those of config.json; people sign in as
// `signIn` there says.
const element = document.querySelector("partner-support");

const sheet = new CSSStyleSheet();
sheet.replaceSync("html { color-scheme: light dark } body { margin: 0 } partner-support { min-block-size: 100dvh }");
document.adoptedStyleSheets = [sheet];

// The reader's own language counts, and the page says which one it became.
document.documentElement.removeAttribute("lang");
element.addEventListener("navigate", ({ detail }) => {
  document.documentElement.lang = element.shadowRoot.querySelector("[lang]").lang;
  document.title = detail.title;
});
