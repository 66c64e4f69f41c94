// CloudFront Function (cloudfront-js-2.0) for viewer requests: asks the bucket for the compressed form of a released file that
// the browser can read, and for the page of a folder, whose address has a slash at its end: what the page names counts from there.
// CloudFront keeps each form under its own address, so its own compression stays off.
function handler(event) {
  const request = event.request;
  if (/^\/(v\d+(\/[a-z]+){0,2}|frame\/[\d-]+)\/?$/.test(request.uri)) {
    if (!request.uri.endsWith("/")) return withSlash(request);
    request.uri += "index.html";
  }
  if (!/^\/\d+\.\d+\.\d+\/[^/]+\.(js|wasm|css|json|txt)$/.test(request.uri)) return request;
  const given = request.headers["accept-encoding"];
  const accepted = (given ? given.value : "")
    .split(",")
    .map((entry) => entry.replace(/\s/g, "").toLowerCase())
    .filter((entry) => !/;q=0(\.0*)?$/.test(entry))
    .map((entry) => entry.split(";")[0]);
  if (accepted.includes("br")) request.uri += ".br";
  else if (accepted.includes("gzip")) request.uri += ".gz";
  return request;
}

function withSlash(request) {
  const query = request.rawQueryString();
  return {
    statusCode: 301,
    statusDescription: "Moved Permanently",
    headers: { location: { value: `${request.uri}/${query ? `?${query}` : ""}` }, "cache-control": { value: "no-cache" } },
  };
}
