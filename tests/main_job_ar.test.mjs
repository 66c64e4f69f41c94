// The main job in Arabic.
import { useProduct } from "./harness.mjs";
import { wholeJob } from "./main_job.mjs";

const app = useProduct();
wholeJob(app, "ar", (page) => app.axe(page));
