// The account that is looked at: filled through the API as another program would do it, and read back.
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";

/** Calls that are under way at a time. */
const AT_ONCE = 64;
/** Whose account it is: the benefit that pays has no limit. */
export const PERSON = "chen";
const PRODUCTS = ["azure-virtual-machines", "azure-sql-database", "azure-app-service", "azure-storage", "azure-machine-learning", "cognitive-services"];
const THINGS = ["Gateway", "Disk", "Deployment", "Certificate", "Backup", "Queue", "Endpoint", "Firewall", "Image", "Cluster", "Token", "Alert"];
const TROUBLES = ["times out after the update", "is refused with error 403", "restarts every night", "loses its settings", "cannot be reached from abroad", "is slower than last week"];
/** A word of the very first incident's title alone, and one that many titles have. */
export const RARE = "quorum";
export const COMMON = "firewall";

const titleOf = (at) => (at === 0 ? `The ${RARE} is lost` : `${THINGS[at % THINGS.length]} ${at} ${TROUBLES[at % TROUBLES.length]}`);

/** The calls of that person to the product. */
export class Account {
  #agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  #count = 0;
  #begun = false;

  constructor(product) {
    this.product = product;
  }

  async open() {
    this.token = await this.product.token(PERSON);
    this.incidents = (await this.call("GET", "/incidents?limit=100")).incidents;
    this.#count = this.incidents.length;
    const { contracts } = await this.call("GET", "/account");
    this.contract = contracts.find(({ own, benefit }) => own && benefit.startsWith("signature")).reference;
  }

  async call(method, path, content) {
    for (let again = 0; ; again += 1) {
      const { status, body } = await this.#send(method, path, content);
      if (status < 400) return body;
      if (status !== 401 || again > 0) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
      this.token = await this.product.token(PERSON);
    }
  }

  #send(method, path, content) {
    const text = content && JSON.stringify(content);
    const headers = { authorization: `Bearer ${this.token}` };
    if (method === "POST") Object.assign(headers, { "content-type": "application/json", "idempotency-key": randomUUID() });
    return new Promise((resolve, reject) => {
      const asked = request(`${this.product.address}/api/v1${path}`, { method, headers, agent: this.#agent }, (answer) => {
        let said = "";
        answer.setEncoding("utf8");
        answer.on("data", (part) => (said += part)).on("error", reject);
        answer.on("end", () => resolve({ status: answer.statusCode, body: JSON.parse(said) }));
      });
      asked.on("error", reject).end(text ?? (method === "POST" ? "{}" : undefined));
    });
  }

  async #make(at) {
    const { incident } = await this.call("POST", "/incidents", {
      beneficiary: "own-company",
      product: PRODUCTS[at % PRODUCTS.length],
      kind: "break-fix",
      severity: at % 10 === 3 ? "a" : at % 3 === 0 ? "c" : "b",
      funding: { by: "contract", contract: this.contract },
      title: titleOf(at),
      description: "It began this morning.",
    });
    if (at % 9 === 4) await this.call("POST", `/incidents/${incident.id}/cancellation`);
  }

  /** Makes incidents until there are `wanted`; every ninth is cancelled again. */
  async fill(wanted) {
    // The first is the oldest, whatever the others come to.
    if (!this.#begun) await this.#make(0);
    if (!this.#begun) this.#count += 1;
    this.#begun = true;
    const worker = async () => {
      while (this.#count < wanted) await this.#make(this.#count++);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await this.read();
  }

  /** All incidents as the API tells them, newest first. */
  async read() {
    this.incidents = [];
    let after = "";
    do {
      const page = await this.call("GET", `/incidents?limit=100${after}`);
      this.incidents.push(...page.incidents);
      after = page.next && `&after=${encodeURIComponent(page.next)}`;
    } while (after);
  }

  /** Those that a filter finds, in the order that it asks for. */
  find({ text = "", status, severity, order }) {
    const found = this.incidents.filter(
      (it) => (!status || it.status === status) && (!severity || it.severity === severity) && `${it.number}\n${it.title}\n${it.customer ?? ""}`.toLowerCase().includes(text),
    );
    return order === "oldest" ? found.toReversed() : found;
  }
}
