// The Chromium that `CHROMIUM` names, or the one that the browser tests find.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

import { chromium } from "playwright-core";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const startChromium = () => chromium.launch({ executablePath: chromiumPath(), headless: true, args: FLAGS });

function chromiumPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const there = (path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.flatMap((folder) => ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name))).find(there);
  if (!found) throw new Error("there is no Chromium on the PATH: cargo xtask tools installs it");
  return found;
}
