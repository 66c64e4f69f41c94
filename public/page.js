// The element as a page of its own, for a site that only links to it. Settings are those of config.json; people sign in as
// `signIn` there says.
const element = document.querySelector("partner-support");

// The reader's own language counts, but for a page that is there in one already, and the page says which one it became.
if (!element.shadowRoot) document.documentElement.removeAttribute("lang");
element.addEventListener("navigate", ({ detail }) => {
  const { lang, dir } = element.shadowRoot.querySelector("[lang]");
  Object.assign(document.documentElement, { lang, dir });
  document.title = detail.title;
});
