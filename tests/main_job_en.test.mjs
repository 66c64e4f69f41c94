// The main job in English.
import { useProduct } from "./harness.mjs";
import { mainJob } from "./main_job.mjs";

mainJob(useProduct(), "en");
