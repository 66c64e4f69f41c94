// Pages that answers of the server make, as forms that the loader fills in before the program is there. They are taken from the app itself:
// it runs in Chromium, in every language, and its server answers with samples. A sample has marks for texts, and for each thing that a
// page can say one by one, all that it can be; what differs is found by comparison. What a form was not made for (a new value, a name that
// is not found) the loader does not show: the program does.
import { benefits } from "./forms/benefits.mjs";
import { incident } from "./forms/incident.mjs";
import { incidents } from "./forms/incidents.mjs";
import { exampleOf, inLanguages, named, opened, shown } from "./prerendered.mjs";

/** Each page with a form, by what makes that in a language of what the app shows. */
const FORMS = { "/benefits": benefits, "/incidents": incidents, "/incidents/*": incident };
/** A zone whose name no sentence has. */
const ZONE = "Pacific/Chatham";

/** The forms of a build, by language and page, in a Chromium from playwright. */
export async function forms(build, browser) {
  let answers;
  const asked = (path) => {
    const answer = answers[/\w+/.exec(path)[0]];
    return answer && !path.endsWith("/changes") ? { json: answer } : { status: 404, json: { type: "about:blank", status: 404 } };
  };
  const { page, close } = await opened(build, browser, asked, { timezoneId: ZONE });
  const made = {};
  for (const language of inLanguages()) {
    made[language] = {};
    for (const [path, form] of Object.entries(FORMS)) {
      const show = async ({ memory = false, ...given }) => {
        answers = given;
        return named(await page.evaluate(shown, [language, exampleOf(path), true, memory]));
      };
      made[language][path] = await form({ language, zone: ZONE, show });
    }
  }
  await close();
  return made;
}
