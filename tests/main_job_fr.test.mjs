// The main job in French.
import { useProduct } from "./harness.mjs";
import { mainJob } from "./main_job.mjs";

mainJob(useProduct(), "fr");
