// `node crates/xtask/dist/headers.mjs FOLDER` writes the hosts' header files anew, after a change of config.json there.
import { headers } from "./release.mjs";

try {
  headers(process.argv[2]);
} catch (fault) {
  console.error(fault.message);
  process.exitCode = 1;
}
