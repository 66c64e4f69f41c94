/**
 * Each page by its path, `*` for any one part; with the part of the program that it lies in (src/pages/mod.rs), where it has one, and
 * what it asks the server for before it shows anything.
 */
export const PAGES = {
  "/benefits": { part: "benefits", asks: [] },
  "/benefits/usage": { part: "usage", asks: [] },
  "/incidents": { part: "incidents", asks: ["/incidents?limit=25"] },
  "/incidents/*": { part: "incident", asks: [] },
  "/incidents/new": { part: "new_incident", asks: [] },
  "/plans": { part: "plans", asks: [] },
  "/coverage": { part: "coverage", asks: [] },
  "/rules": { part: "rule_book", asks: [] },
  "/rules/*": { part: "rule_book", asks: [] },
  "/rules/compare": { part: "compare", asks: [] },
  "/operator": { part: "operator", asks: ["/operator/activations"] },
  "/operator/incidents": { part: "operator", asks: ["/operator/incidents?limit=50&unfinished=true"] },
  "/operator/accounts": { part: "operator", asks: ["/operator/partners?limit=50"] },
  "/operator/accounts/*": { part: "operator", asks: [] },
  "/operator/audit": { part: "operator", asks: ["/operator/audit?limit=50"] },
  "/operator/import": { part: "operator", asks: [] },
};
