// What stylelint asks of our style sheets. A rule that is off has its reason here.
const off = null;

export default {
  extends: ["stylelint-config-standard", "@double-great/stylelint-a11y/recommended"],
  plugins: ["stylelint-use-logical"],
  reportNeedlessDisables: true,
  rules: {
    "csstools/use-logical": "always",
    // It compares selectors that no one element fits: layers and one file per part say what wins.
    "no-descending-specificity": off,
    // What has the focus has an outline, which base.css gives to everything; hovering is a hint for a pointer besides.
    "a11y/selector-pseudo-class-focus": off,
    // modes.css ends all movement for everything at once.
    "a11y/media-prefers-reduced-motion": off,
    // Empty lines group what belongs together.
    "comment-empty-line-before": off,
    "custom-property-empty-line-before": off,
    "rule-empty-line-before": off,
  },
};
