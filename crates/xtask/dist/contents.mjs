// What is in a release besides our own code, of Cargo and of npm: as a bill of materials (CycloneDX 1.6) and with the text of every licence.
// And whose data is in the documents beside it.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const PACKAGE = "partner-support";
const TARGET = "wasm32-unknown-unknown";
/** Linked into everything, and known to the compiler alone. */
const STANDARD = { name: "rust-std", description: "Rust's standard library", license: "MIT OR Apache-2.0" };
/** What sign-in.js is bundled with. */
const SCRIPTS = ["oauth4webapi"];
const LICENCE_FILE = /^(licen[cs]e|copying|copyright|notice|unlicense)/i;

/** What Cargo and the compiler say about the app's WebAssembly, as `bill` and `licences` take it. */
export function asked(root) {
  const run = (program, ...words) =>
    execFileSync(program, words, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });
  const toolchain = run("rustc", "--print", "sysroot").trim();
  return {
    // Macros run in the compiler alone: nothing of them is shipped.
    tree: run(
      ...["cargo", "tree", "--locked", "--package", PACKAGE, "--target", TARGET],
      ...["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"],
    ),
    metadata: JSON.parse(run("cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET)),
    lock: readFileSync(join(root, "Cargo.lock"), "utf8"),
    compiler: run("rustc", "--version").split(" ")[1],
    // Of every platform's, in HTML.
    standardLibrary: readFileSync(join(toolchain, "share/doc/rust/COPYRIGHT-library.html"), "utf8"),
    scripts: SCRIPTS.map((name) => join(root, "tests/node_modules", name)),
    scriptsLock: JSON.parse(readFileSync(join(root, "tests/package-lock.json"), "utf8")),
    root,
  };
}

/** The packages of npm that are bundled into sign-in.js, in the form of Cargo's. */
function bundled({ scripts, scriptsLock }) {
  return scripts.map((folder) => {
    const { name, version, description, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (!license) throw new Error(`${name} states no licence`);
    const { integrity } = scriptsLock.packages[`node_modules/${name}`];
    const [algorithm, digest] = integrity.split("-");
    const hash = { alg: algorithm.replace("sha", "SHA-"), content: Buffer.from(digest, "base64").toString("hex") };
    return { name, version, description, license, authors: [author], source: "npm", hash, manifest_path: join(folder, "package.json") };
  });
}

/** The packages that Cargo links into the app, the app first, each as its metadata has it. */
export function linked({ tree, metadata }) {
  const known = new Map(metadata.packages.map((it) => [`${it.name} ${it.version}`, it]));
  const names = tree.split("\n").flatMap((line) => line.match(/^(\S+) v(\S+)/)?.slice(1).join(" ") ?? []);
  return [...new Set(names)].map((name) => {
    if (!known.get(name)?.license) throw new Error(`${name} states no licence`);
    return known.get(name);
  });
}

const nameOf = ({ name, version }) => `${name}@${version}`;
// Older packages put a stroke between the licences of which one may be chosen.
const licenceOf = ({ license }) => license.replaceAll("/", " OR ").replaceAll(/ {2,}/g, " ");

/** A CycloneDX document: the same bytes for the same build, so without a time and a number of its own. */
export function bill(about) {
  const packages = linked(about);
  const [app, ...others] = packages;
  const checksums = new Map(
    [...about.lock.matchAll(/^name = "(.+)"\nversion = "(.+)"\n(?:source = .+\n)?checksum = "(.+)"$/gm)].map(
      ([, name, version, checksum]) => [`${name}@${version}`, checksum],
    ),
  );
  const component = (it, type) => ({
    type,
    "bom-ref": nameOf(it),
    name: it.name,
    version: it.version,
    ...(it.description && { description: it.description.trim() }),
    ...(checksums.has(nameOf(it)) && { hashes: [{ alg: "SHA-256", content: checksums.get(nameOf(it)) }] }),
    ...(it.hash && { hashes: [it.hash] }),
    licenses: [{ expression: licenceOf(it) }],
    ...(it.source && { purl: `pkg:${it.source === "npm" ? "npm" : "cargo"}/${it.name}@${encodeURIComponent(it.version)}` }),
  });
  const standard = { ...STANDARD, version: about.compiler };
  const scripts = bundled(about);
  const refs = new Map(packages.map((it) => [it.id, nameOf(it)]));
  const links = about.metadata.resolve.nodes.filter(({ id }) => refs.has(id));
  const dependencies = links.map(({ id, deps }) => ({
    ref: refs.get(id),
    dependsOn: deps
      .filter(({ pkg, dep_kinds }) => refs.has(pkg) && dep_kinds.some(({ kind }) => kind === null))
      .map(({ pkg }) => refs.get(pkg))
      .concat(id === app.id ? [standard, ...scripts].map(nameOf) : [])
      .toSorted(),
  }));
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: component(app, "application") },
    components: [...others, ...scripts, standard].map((it) => component(it, "library")).toSorted(byRef),
    dependencies: dependencies.toSorted((one, other) => (one.ref < other.ref ? -1 : 1)),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const byRef = (one, other) => (one["bom-ref"] < other["bom-ref"] ? -1 : 1);

/** Every package with its licence, then the text of every licence once, with those that it came with. */
export function licences(about) {
  const packages = [...linked(about), ...bundled(about)];
  const texts = new Map();
  for (const it of packages) {
    // The packages of this repository have their licence at its root.
    const folder = it.source ? dirname(it.manifest_path) : about.root;
    for (const file of readdirSync(folder).filter((name) => LICENCE_FILE.test(name)).toSorted()) {
      const text = readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim();
      const key = text.replaceAll(/\s+/g, " ");
      if (!texts.has(key)) texts.set(key, { text, holders: new Set() });
      texts.get(key).holders.add(`${it.name} ${it.version}`);
    }
  }
  const holders = new Set([...texts.values()].flatMap(({ holders }) => [...holders]));
  const line = (it) => {
    const name = `${it.name} ${it.version}`;
    // Whose it is stands in a licence's text; without one, in what the package says of itself.
    const alone = holders.has(name) ? "" : ` (of ${it.authors.join(", ") || "its authors"}; the package holds no text of it)`;
    return `${name.padEnd(40)} ${licenceOf(it)}${alone}`;
  };
  const [app] = packages;
  const standard = about.standardLibrary
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll(/\n\s*\n/g, "\n\n");
  const parts = [...texts.values()].map(({ text, holders }) => [[...holders].join(", "), text]);
  return [
    `What is shipped in ${app.name} ${app.version}, and under which licences; then their texts.`,
    "",
    ...packages.map(line),
    `${`rust-std ${about.compiler}`.padEnd(40)} ${STANDARD.license}`,
    ...[...parts, [`rust-std ${about.compiler}`, standard.trim()]].flatMap(([whose, text]) => ["", "=".repeat(100), whose, "", text]),
    "",
  ].join("\n");
}

/** Whose data a programme's file has, under which licence and as of which day; nothing where none of its sources states a licence. */
export function dataLicences({ name, sources }) {
  const stated = sources.filter(({ licence }) => licence);
  if (stated.length === 0) return null;
  const lines = stated.flatMap(({ title, url, as_of, licence }) => [
    "",
    `${title}, as of ${as_of}${url ? `: ${url}` : ""}`,
    `    ${licence}, https://spdx.org/licenses/${licence}.html`,
  ]);
  return [`The documents of ${name} have data of others in them, chosen and brought into the form of its programme:`, ...lines, ""].join("\n");
}
