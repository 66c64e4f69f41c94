// What hosts are told about the files, for the two that read it from a file in the folder itself. deploy/cdn/ says the same
// to nginx and to CloudFront.

/** Every answer. Any site may load the files, also one that demands such a header of what it embeds; there is nothing private. */
export const EVERYWHERE = {
  "Access-Control-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "strict-origin-when-cross-origin",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Strict-Transport-Security": "max-age=63072000",
};
/** What may change is asked for again each time, and most often answered by a 304. */
export const CHANGING = "no-cache";
export const RELEASED = "public, max-age=31536000, immutable";

/** `_headers` of Cloudflare Pages. A rule for each release, so that an address that does not exist yet is not kept as missing. */
export function cloudflare(releases) {
  const headers = { ...EVERYWHERE, "Cache-Control": CHANGING };
  const rules = [
    ["/*", ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)],
    ...releases.map((release) => [`/${release}/*`, "! Cache-Control", `Cache-Control: ${RELEASED}`]),
  ];
  return `${rules.map((lines) => lines.join("\n  ")).join("\n\n")}\n`;
}

/** `staticwebapp.config.json` of Azure Static Web Apps. */
export function azure(releases) {
  const config = {
    globalHeaders: { ...EVERYWHERE, "Cache-Control": CHANGING },
    routes: releases.map((release) => ({ route: `/${release}/*`, headers: { "Cache-Control": RELEASED } })),
    mimeTypes: { ".wasm": "application/wasm", ".js": "text/javascript", ".json": "application/json" },
    responseOverrides: { 404: { rewrite: "/404.html" } },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
