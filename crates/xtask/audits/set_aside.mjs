// What the judges find and does not count here, each with its reason: the one place for it. A finding is set aside when the judge, the
// rule, and what an entry says besides of its words, its place and its page all match.
const TABLES = /^(?:The “(?:table|rowgroup|row|columnheader|rowheader|cell)” role is unnecessary|The “role” attribute must not be used on a “t[rhd]” element)|^Redundant role "(?:table|rowgroup|row|columnheader|rowheader|cell)"/;

export const SET_ASIDE = [
  // Tables are laid out as cards where there is little room; browsers then forget that they are tables unless it is said.
  { judge: /^Nu HTML|^html-validate/, what: TABLES },
  // Parts are how a host page styles an element (CSS Shadow Parts); the checker does not know the attribute.
  { judge: /^Nu HTML/, what: /^Attribute “part” not allowed/ },
  // A table that scrolls by itself is named by its caption.
  { judge: /^Nu HTML/, what: /^Section lacks heading/, where: /class="table-scroll / },
  // Addresses of pages, not of places on this one.
  { judge: /^HTML_CodeSniffer/, rule: /NoSuchID$/, where: /^<a [^>]*href="#\/support\// },
  // In forced colours both colours are the reader's own; axe takes the letters' from the style sheet.
  { judge: /^axe/, rule: /^color-contrast/, page: /forced colours/ },
  // Laid out as cards, the list's head is there to be heard alone, and it looks for one to see.
  { judge: /^IBM/, rule: /^table_headers_exists Fail/, where: /class="incident-table /, page: /320 px/ },

  // What follows are questions that Equal Access asks a person, and their answers.
  // Each of these pages has a button that skips to the content; it looks for a link.
  { judge: /^IBM/, rule: /^html_skipnav_exists Potential/ },
  // Asked once for a style sheet that has colours: every state is said in words too.
  { judge: /^IBM/, rule: /^style_color_misuse Potential/ },
  // What has the focus has an outline of two pixels; axe and the look of the pages agree.
  { judge: /^IBM/, rule: /^style_focus_visible potential/ },
  // Language and theme of the demonstration site are taken at once.
  { judge: /^IBM/, rule: /^form_submit_button_exists Potential/, where: /site-settings/ },
  // The label is there, as text in the label element or by its id; that it can be seen, `fits` and the pictures say.
  { judge: /^IBM/, rule: /^input_label_visible potential/ },
  // "Left", "right", "beside" and "small" are not said of where something stands on the page.
  { judge: /^IBM/, rule: /^text_sensory_misuse potential/ },
  // It is one thing to tick, with its label around it.
  { judge: /^IBM/, rule: /^input_checkboxes_grouped potential/ },
  // A rule's statement, which is what its part of the rule book is called.
  { judge: /^IBM/, rule: /^heading_markup_misuse Potential/, where: /id="rule-/ },
  // The mark beside a notice.
  { judge: /^IBM/, rule: /^text_block_heading potential/, what: /this text '[i!✓✕•]' / },
  // A table too wide for the page scrolls by itself, and what gets the focus in it scrolls into view.
  { judge: /^IBM/, rule: /^element_tabbable_visible potential/, where: /\/table\[\d+\]\//, page: /320 px/ },
  // The arrow keys, Enter and Escape work: tests/keyboard.test.mjs chooses a product by them.
  { judge: /^IBM/, rule: /^aria_keyboard_handler_exists potential/, where: /role="combobox"/ },
];

/** Whether a finding of a judge does not count. */
export const isSetAside = (judge, page, { rule, what, where }) =>
  SET_ASIDE.some(
    (entry) =>
      entry.judge.test(judge) &&
      (entry.rule?.test(rule) ?? true) &&
      (entry.what?.test(what) ?? true) &&
      (entry.where?.test(where) ?? true) &&
      (entry.page?.test(page) ?? true),
  );
