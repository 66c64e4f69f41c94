// The new incident form as a person uses it.

/** Fills in the form up to the review. */
export async function describe(page, say, { product, version, customer, title }) {
  if (customer) {
    await page.getByRole("radio", { name: say("new_incident.for_customer"), exact: true }).check();
    await page.getByLabel(say("new_incident.customer")).fill(customer);
  }
  await page.getByRole("combobox", { name: say("new_incident.product") }).fill(product);
  await page.getByRole("option", { name: new RegExp(product) }).first().click();
  if (version) await page.getByRole("radio", { name: version, exact: true }).check();
  await page.getByRole("radio", { name: say("verdict.break_fix"), exact: true }).check();
  await page.getByRole("radio", { name: say("new_incident.severity_b"), exact: true }).check();
  await page.getByLabel(say("new_incident.subject"), { exact: true }).fill(title);
  await page.getByLabel(say("new_incident.description"), { exact: true }).fill("Error 0x80070005\nsince this morning.");
}

/** Enters both IDs where the form asks for them. */
export async function link(page, say, accessId, contractId) {
  await page.getByRole("button", { name: say("verdict.to_link") }).first().click();
  await page.getByLabel(say("new_incident.access_id"), { exact: true }).fill(accessId);
  await page.getByLabel(say("new_incident.contract_id"), { exact: true }).fill(contractId);
  await page.getByRole("button", { name: say("new_incident.link"), exact: true }).click();
  await page.getByText(say("new_incident.linked_title")).waitFor();
}

/** Opens the review, and gives the button that creates the incident. */
export async function review(page, say) {
  await page.getByRole("button", { name: say("new_incident.review") }).click();
  return page.getByRole("dialog").getByRole("button", { name: say("new_incident.create") });
}

/** Resolves when the page is that of a created incident. */
export async function created(page) {
  await page.waitForURL(/\/incidents\/[0-9a-f-]{36}/);
}
