// The state of one show's page: the seats as they are now, and what the person has chosen. One place; the components only show it.
import { signal } from "@preact/signals";
import type { Availability } from "../../../generated/api";
import { call } from "../../shared/api";
import { codeOf } from "../../shared/problem";
import type { SeatChoice } from "../../seats/choice";
import { SeatModel } from "../../seats/model";

const kPollMs = 2_000;
const kStreamAgainMs = 30_000;

export interface Lost {
  seats: string[];
  instead: number[]; // the nearest free ones
}

export class ShowState implements SeatChoice {
  readonly marksBlocked = false;
  readonly model: SeatModel;
  readonly version = signal(0);
  readonly chosen = signal<number[]>([]);
  readonly lost = signal<Lost | undefined>(undefined);
  /** Set where the entry is over: seats are told only to those inside. */
  readonly outside = signal<unknown>(undefined);
  readonly isLive = signal(true);
  onSeats: (seats: number[] | undefined) => void = () => {};

  private stream: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private ended = false;

  constructor(
    readonly show: string,
    readonly most: number,
    model: SeatModel,
  ) {
    this.model = model;
  }

  // --- choosing ------------------------------------------------------------------------------------------------------------

  canChoose(index: number): boolean {
    return this.model.isFree(index);
  }

  toggle(index: number): "chosen" | "given back" | "gone" | "too many" {
    const chosen = this.chosen.value;
    if (chosen.includes(index)) {
      this.chosen.value = chosen.filter((one) => one !== index);
      return "given back";
    }
    if (!this.model.isFree(index)) return "gone";
    if (chosen.length >= this.most) return "too many";
    this.chosen.value = [...chosen, index];
    return "chosen";
  }

  clear(): void {
    this.chosen.value = [];
  }

  /** Seats that were wanted are gone; the nearest free ones are offered in their stead. */
  lose(labels: string[]): void {
    const gone = labels.map((label) => this.model.indexOf(label)).filter((index) => index >= 0);
    this.model.markHeld(gone);
    this.onSeats(gone);
    this.chosen.value = this.chosen.value.filter((index) => !gone.includes(index));
    this.lost.value = { seats: labels, instead: this.model.nearestFree(gone, this.chosen.value) };
  }

  takeInstead(): void {
    const instead = this.lost.value?.instead ?? [];
    this.chosen.value = [...this.chosen.value, ...instead.filter((index) => this.model.isFree(index))].slice(0, this.most);
    this.lost.value = undefined;
  }

  // --- news ----------------------------------------------------------------------------------------------------------------

  take(news: Availability): void {
    const changed = this.model.take(news);
    if (changed?.length === 0) return;
    this.onSeats(changed);
    this.version.value += 1;
    const gone = this.chosen.value.filter((index) => !this.model.isFree(index));
    if (gone.length) this.lose(gone.map((index) => this.model.label(index)));
  }

  /** Follows the changes until `stop`; a tab that nobody looks at keeps no stream open. */
  follow(): void {
    document.addEventListener("visibilitychange", this.onShow);
    this.open();
  }

  stop(): void {
    this.ended = true;
    document.removeEventListener("visibilitychange", this.onShow);
    this.close();
  }

  private readonly onShow = (): void => {
    if (document.visibilityState === "visible") this.open();
    else this.close();
  };

  private close(): void {
    this.stream?.close();
    this.stream = undefined;
    clearTimeout(this.timer);
  }

  private open(): void {
    this.close();
    if (this.ended) return;
    const stream = new EventSource(`/v1/shows/${this.show}/events`);
    this.stream = stream;
    stream.addEventListener("availability", (event) => {
      this.isLive.value = true;
      this.take(JSON.parse((event as MessageEvent<string>).data) as Availability);
    });
    stream.addEventListener("error", () => {
      this.isLive.value = false;
      if (stream.readyState !== EventSource.CLOSED) return; // the browser connects again by itself
      this.stream = undefined;
      void this.poll(Date.now() + kStreamAgainMs);
    });
  }

  /** Where no stream can be had: asks for changes, until it is time to try a stream again. */
  private async poll(until: number): Promise<void> {
    if (this.ended || this.stream) return;
    try {
      this.take(await call("GET /v1/shows/{show_id}/availability", { path: { show_id: this.show }, query: { since: this.model.version } }));
      this.isLive.value = true;
    } catch (error) {
      this.isLive.value = false;
      const code = codeOf(error);
      if (code.startsWith("entry_token") || code === "unauthenticated") {
        this.outside.value = error;
        return;
      }
    }
    this.timer = setTimeout(() => (Date.now() > until ? this.open() : void this.poll(until)), kPollMs);
  }
}

export async function openShow(show: string, most: number): Promise<ShowState> {
  const path = { show_id: show };
  const [map, seats] = await Promise.all([
    call("GET /v1/shows/{show_id}/seat-map", { path, query: { form: "rows" }, timeoutMs: 30_000 }),
    call("GET /v1/shows/{show_id}/availability", { path, timeoutMs: 30_000 }),
  ]);
  const state = new ShowState(show, most, new SeatModel(map as ConstructorParameters<typeof SeatModel>[0]));
  state.take(seats);
  return state;
}
