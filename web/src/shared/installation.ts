// What the operator chose: name, words, whether this is a demonstration. Asked for once a page load.
import { signal } from "@preact/signals";
import type { Installation } from "../../generated/api";
import { call } from "./api";

export const installation = signal<Installation | undefined>(undefined);

export async function loadInstallation(): Promise<void> {
  try {
    installation.value = await call("GET /v1/installation");
  } catch {
    // The name stands in the page's title too; what the pages cannot know they leave out.
  }
}
