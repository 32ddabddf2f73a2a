// The real program as a process: on a free port of the loopback, with a data folder of its own, ended by its id.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync, openSync, closeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(import.meta.url), "../../../..");
export const program = resolve(root, process.env.FRONTROW_PROGRAM ?? "build/frontrow");
const kStartMs = 60_000;
/** How long anything is waited for. No claim: who waits for what comes waits no longer for it. */
export const kPatienceMs = 30_000;

const kSettings = `
[http]
drain_seconds = 0
[limits]
sign_up_per_second = 0
sign_in_per_second = 0
join_per_second = 0
`;

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** The first true value of a condition; fails where there is none in time. */
export async function eventually(condition, ms = kPatienceMs) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${condition}`);
    await sleep(25);
  }
}

/** Starts a server; `config` is more TOML, `options` are more flags. Its `stop` removes its data too. */
export async function startServer({ config = "", options = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "frontrow-web-"));
  const log = join(folder, "log");
  writeFileSync(join(folder, "frontrow.toml"), kSettings + config);
  let child;
  const begin = (listen) => {
    const out = openSync(log, "a");
    child = spawn(program, ["serve", "--data", join(folder, "data"), "--listen", listen, "--config", join(folder, "frontrow.toml"), ...options],
      { stdio: ["ignore", out, out] });
    closeSync(out);
  };
  const isReady = () => eventually(async () => (await fetch(server.base + "/readyz").catch(() => ({}))).status === 200, kStartMs);
  begin("127.0.0.1:0");
  const server = {
    folder,
    data: join(folder, "data"),
    base: "",
    log: () => readFileSync(log, "utf8"),
    staffKey: (role = "admin") => execFileSync(program, ["staff-key", "create", "--data", join(folder, "data"), "--role", role], { encoding: "utf8" }).trim(),
    /** kill -9. */
    kill: async () => {
      const over = new Promise((done) => child.once("exit", done));
      child.kill("SIGKILL");
      await over;
    },
    /** The same data at the same address again. */
    again: async () => {
      begin(new URL(server.base).host);
      await isReady();
    },
    stop: async () => {
      if (child.exitCode === null) {
        const over = new Promise((done) => child.once("exit", done));
        child.kill("SIGTERM");
        await Promise.race([over, sleep(8_000).then(() => child.kill("SIGKILL"))]);
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
  process.once("exit", () => child.kill("SIGKILL"));
  server.base = await eventually(() => {
    if (child.exitCode !== null) throw new Error(`the server ended: ${server.log().slice(-2000)}`);
    return /listening on (http:\/\/127\.0\.0\.1:[1-9]\d*)/.exec(server.log())?.[1];
  }, kStartMs);
  await isReady();
  return server;
}

/** Speaks the contract beside the browser: staff who prepare a sale, buyers who are only competitors. */
export class Person {
  constructor(server, token) {
    this.base = server.base;
    this.headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  }
  async call(method, path, body, headers = {}) {
    const answer = await fetch(this.base + path, { method, headers: { ...this.headers, ...headers }, ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await answer.text();
    if (!answer.ok) throw Object.assign(new Error(`${method} ${path}: ${answer.status} ${text}`), { status: answer.status, body: text && JSON.parse(text) });
    return text ? JSON.parse(text) : undefined;
  }
}

export const staff = (server) => new Person(server, server.staffKey());

let accounts = 0;
export const kPassword = "a long password";

/** An account: its e-mail address, and the person signed in without a browser. */
export async function account(server, name = "Kim Mina") {
  const nobody = new Person(server);
  const email = `buyer-${process.pid}-${++accounts}@example.com`;
  await nobody.call("POST", "/v1/users", { email, password: kPassword, name });
  const session = await nobody.call("POST", "/v1/sessions", { email, password: kPassword });
  return Object.assign(new Person(server, session.access_token), { email, user_id: session.user_id });
}

/** A concert that is on sale, unless `sale` says otherwise. */
export function concert(person, { sale = {}, sections, title = "Winter Songs", ...rest } = {}) {
  return person.call("POST", "/v1/staff/concerts", {
    title, artist: "Baram", venue: "Seoul Hall", time_zone: "Asia/Seoul",
    sale: { opens_at: "2026-01-01T00:00:00Z", capacity: 200, entries_per_minute: 6000, ...sale },
    shows: [{ starts_at: "2030-12-24T10:00:00Z", seat_map: { sections: sections ?? [
      { name: "A", price: 154000, rows: 4, seats_per_row: 10 }, { name: "B", price: 99000, rows: 5, seats_per_row: 10 }] } }],
    published: true, ...rest,
  });
}
