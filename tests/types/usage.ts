// What a site's engineer writes against the types, right and wrong.
import { PartnerSupport, type PartnerSupportConfig } from "partner-support";

const element = document.createElement("partner-support");
const found: PartnerSupport | null = document.querySelector("partner-support");
const contract: number = PartnerSupport.contract;

element.getAccessToken = async ({ forceRefresh }) => (forceRefresh ? "fresh" : "kept");
const config: PartnerSupportConfig = { apiBase: "/api/v1", theme: "dark", routing: "path", base: "/support", view: "/plans", locale: "fr" };
element.config = config;
element.config = { signIn: { issuer: "https://id.example", clientId: "site", redirectUri: "/support/", switchPrompt: "login" } };
element.navigate("/incidents");
element.refresh();
element.focus({ preventScroll: true });

element.addEventListener("incident-created", (event) => event.detail.id.toUpperCase());
element.addEventListener("auth-required", ({ detail }) => detail.reason === "switch-account");
element.addEventListener("error", ({ detail }) => detail.code === "settings" && detail.key);
element.addEventListener("click", ({ clientX }) => clientX);
element.config = { signIn: { mode: "session" } };

// @ts-expect-error: no such theme
element.config = { theme: "blue" };
// @ts-expect-error: no such setting
element.config = { colour: "blue" };
// @ts-expect-error: no client
element.config = { signIn: { issuer: "https://id.example" } };
// @ts-expect-error: a token is a text
element.getAccessToken = async () => 7;
// @ts-expect-error: no such detail
element.addEventListener("ready", ({ detail }) => detail.id);

export { contract, found };
