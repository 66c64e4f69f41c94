/** The demo host's policy: as strict as docs/embedding.md says that a host can be. */
export const policy = ({ assets, api, issuer }) =>
  [
    "default-src 'none'",
    `script-src 'self' ${assets} 'wasm-unsafe-eval'`,
    `connect-src 'self' ${assets} ${api} ${issuer}`,
    "style-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
