/**
 * Each page by its path, `*` for any one part; with the part of the program that it lies in (src/pages/mod.rs), where it has one; how
 * often a first visit is to it (`first`), of a hundred; what it asks the server for before it shows anything, or its form is filled with, `*` for
 * the same part; and the page whose frame stands for its own until the program is there (`like`), where the loader has no room for another.
 *
 * How often is a judgement, not a count: readers come for what they have left, or from a mail about an incident. It decides whose
 * visits are made smaller where what pages share is put into files.
 */
export const PAGES = {
  "/benefits": { part: "benefits", first: 30, asks: ["/benefits"] },
  "/benefits/usage": { part: "usage", first: 2, asks: [] },
  "/incidents": { part: "incidents", first: 20, asks: ["/incidents?limit=25"] },
  "/incidents/*": { part: "incident", first: 12, asks: ["/benefits", "/incidents/*"] },
  "/incidents/new": { part: "new_incident", first: 18, asks: [] },
  "/plans": { part: "plans", first: 6, asks: [] },
  "/coverage": { part: "coverage", first: 4, asks: [] },
  "/rules": { part: "rule_book", first: 3, asks: [] },
  "/rules/*": { part: "rule_book", first: 1, asks: [] },
  "/rules/compare": { part: "compare", first: 2, asks: [] },
  "/operator": { part: "operator", first: 1, asks: ["/operator/activations"] },
  "/operator/incidents": { part: "operator", like: "/operator", first: 1, asks: ["/operator/incidents?limit=50&unfinished=true"] },
  "/operator/accounts": { part: "operator", like: "/operator", first: 0, asks: ["/operator/partners?limit=50"] },
  "/operator/accounts/*": { part: "operator", like: "/operator", first: 0, asks: [] },
  "/operator/audit": { part: "operator", like: "/operator", first: 0, asks: ["/operator/audit?limit=50"] },
  "/operator/import": { part: "operator", like: "/operator", first: 0, asks: [] },
};
