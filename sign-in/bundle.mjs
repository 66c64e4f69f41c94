// Trunk runs this after each build, before it puts the build in place: sign-in.js with the library that it uses as one small
// file beside the app.
import { createRequire } from "node:module";
import { join } from "node:path";

const target = process.env.TRUNK_STAGING_DIR ?? process.argv[2];
if (!target) {
  console.error("sign-in/bundle.mjs: name the folder of the build, or let Trunk run it");
  process.exit(1);
}

// Where the project's npm packages are.
const packages = new URL("../tests/package.json", import.meta.url);
const { buildSync } = createRequire(packages)("esbuild");
buildSync({
  entryPoints: [join(import.meta.dirname, "sign-in.js")],
  outfile: join(target, "sign-in.js"),
  nodePaths: [new URL("node_modules", packages).pathname],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
});
