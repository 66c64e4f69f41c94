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

/** Where the pages lie that are in a release's channel and in frames, and how their headers differ from `EVERYWHERE`. */
export function pages(channels, config) {
  const addresses = [config, config.signIn ?? {}].flatMap((it) => Object.values(it)).filter((it) => typeof it === "string" && /^https?:/.test(it));
  const policy = (ancestors, ...more) =>
    [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      `connect-src ${["'self'", ...new Set(addresses.map((it) => new URL(it).origin))].join(" ")}`,
      "img-src 'self' data:",
      "font-src 'self'",
      ...more,
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      `frame-ancestors ${ancestors.join(" ") || "'none'"}`,
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join("; ");
  const own = { "Content-Security-Policy": policy([], "style-src 'self'"), "Cross-Origin-Opener-Policy": "same-origin" };
  return {
    // A site that isolates itself demands the same of what it frames.
    frame: { "Content-Security-Policy": policy(framing(config)), "Cross-Origin-Embedder-Policy": "require-corp" },
    ...Object.fromEntries(channels.map((channel) => [channel, own])),
  };
}

/** The sites that may frame, each as the browser names an origin. */
function framing({ frameAncestors = [] }) {
  if (!Array.isArray(frameAncestors)) throw new Error("config.json: frameAncestors is no list of origins");
  for (const site of frameAncestors) {
    const whole = URL.canParse(site) && new URL(site).origin === site && !site.includes("*");
    if (!whole) throw new Error(`config.json: frameAncestors: ${site} is no origin such as https://partners.example`);
  }
  return frameAncestors;
}

/** `_headers` of Cloudflare Pages. A rule for each release, so that an address that does not exist yet is not kept as missing. */
export function cloudflare(releases, paged) {
  const headers = { ...EVERYWHERE, "Cache-Control": CHANGING };
  const rules = [
    ["/*", ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)],
    ...releases.map((release) => [`/${release}/*`, "! Cache-Control", `Cache-Control: ${RELEASED}`]),
    ...Object.entries(paged).map(([folder, own]) => [
      `/${folder}/*`,
      ...Object.entries(own).flatMap(([name, value]) => [`! ${name}`, `${name}: ${value}`]),
    ]),
  ];
  return `${rules.map((lines) => lines.join("\n  ")).join("\n\n")}\n`;
}

/** `staticwebapp.config.json` of Azure Static Web Apps. */
export function azure(releases, paged) {
  const config = {
    globalHeaders: { ...EVERYWHERE, "Cache-Control": CHANGING },
    routes: [
      ...releases.map((release) => ({ route: `/${release}/*`, headers: { "Cache-Control": RELEASED } })),
      ...Object.entries(paged).map(([folder, headers]) => ({ route: `/${folder}/*`, headers })),
    ],
    mimeTypes: { ".wasm": "application/wasm", ".js": "text/javascript", ".json": "application/json" },
    responseOverrides: { 404: { rewrite: "/404.html" } },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** What deploy/cdn/nginx.conf includes: a variable for each header by which pages differ. An empty one is no header. */
export function nginx(paged) {
  const names = [...new Set(Object.values(paged).flatMap(Object.keys))];
  const map = (name) => {
    const lines = Object.entries(paged)
      .filter(([, own]) => name in own)
      .map(([folder, own]) => `    ~^/${folder}/  "${own[name]}";`);
    const variable = `$partner_support_${name.toLowerCase().replaceAll("-", "_")}`;
    return `map $uri ${variable} {\n${lines.join("\n")}\n    default  "${EVERYWHERE[name] ?? ""}";\n}\n`;
  };
  return names.map(map).join("\n");
}

/** The response headers policy of one folder's pages for CloudFront, from that of everything else. */
export function cloudfront(everywhere, folder, own) {
  const policy = structuredClone(everywhere);
  policy.Name = `${policy.Name}-${folder}`;
  policy.Comment = `The headers of every answer under ${folder}/`;
  policy.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy = own["Content-Security-Policy"];
  for (const [Header, Value] of Object.entries(own)) {
    if (Header !== "Content-Security-Policy") policy.CustomHeadersConfig.Items.push({ Header, Value, Override: true });
  }
  policy.CustomHeadersConfig.Quantity = policy.CustomHeadersConfig.Items.length;
  return `${JSON.stringify(policy, null, 2)}\n`;
}
