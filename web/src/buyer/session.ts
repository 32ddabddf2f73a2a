// Who is signed in, as the cookies say. Scripts cannot see the cookies, so the server is asked once.
import { signal } from "@preact/signals";
import type { User } from "../../generated/api";
import { call, newKey, whenSignedOut } from "../shared/api";
import { codeOf } from "../shared/problem";
import { tellTabs } from "./tabs";

/** undefined: not known yet; null: nobody. */
export const me = signal<User | null | undefined>(undefined);

whenSignedOut(() => (me.value = null));

export async function loadMe(): Promise<void> {
  try {
    me.value = await call("GET /v1/users/me");
  } catch {
    // Nobody, which was told above; or it is not known, and the page's own calls tell it.
  }
}

async function arrive(): Promise<void> {
  await loadMe();
  tellTabs("session");
}

export async function signIn(email: string, password: string): Promise<void> {
  await call("POST /v1/sessions", { body: { email, password } });
  await arrive();
}

export async function signUp(name: string, email: string, password: string): Promise<void> {
  await call("POST /v1/users", { body: { name, email, password } });
  await signIn(email, password);
}

/** In a demonstration: an account that nobody signs in to again, made in one step. */
export async function signInAsGuest(): Promise<void> {
  const code = newKey();
  await signUp(`Guest ${1000 + (crypto.getRandomValues(new Uint16Array(1))[0] ?? 0) % 9000}`, `guest-${code}@example.com`, code);
}

export async function signOut(): Promise<void> {
  try {
    await call("DELETE /v1/sessions/current");
  } catch (error) {
    if (codeOf(error) !== "unauthenticated") throw error; // it had ended before
  }
  me.value = null;
  tellTabs("session");
}
