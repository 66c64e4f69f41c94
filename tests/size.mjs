// The sizes of the built app: `node tests/size.mjs [folder]`, one line a kind of file.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const folder = process.argv[2] ?? "dist";
const kinds = { ".wasm": "wasm", ".js": "JS", ".css": "CSS" };

const sizes = new Map(Object.values(kinds).map((kind) => [kind, { files: 0, raw: 0, brotli: 0 }]));
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  const kind = kinds[entry.name.slice(entry.name.lastIndexOf("."))];
  if (!entry.isFile() || !kind) continue;
  const bytes = readFileSync(join(entry.parentPath ?? entry.path, entry.name));
  const packed = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  const size = sizes.get(kind);
  size.files += 1;
  size.raw += bytes.length;
  size.brotli += packed.length;
}

const all = { files: 0, raw: 0, brotli: 0 };
const line = (name, { files, raw, brotli }) =>
  console.log(
    `    ${name.padEnd(6)}${String(files).padStart(3)} files` +
      `${raw.toLocaleString("en").padStart(12)} B raw${brotli.toLocaleString("en").padStart(11)} B brotli 11`,
  );
for (const [kind, size] of sizes) {
  for (const key of Object.keys(all)) all[key] += size[key];
  line(kind, size);
}
line("all", all);

if (sizes.get("wasm").files === 0) {
  console.error(`There is no app in ${folder}.`);
  process.exitCode = 1;
}
