// The main job in German.
import { useProduct } from "./harness.mjs";
import { wholeJob } from "./main_job.mjs";

const app = useProduct();
wholeJob(app, "de", (page) => app.axe(page));
