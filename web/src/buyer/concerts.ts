// Concerts that were loaded, so that pages of one purchase ask once.
import type { ConcertDate, ConcertDetails } from "../../generated/api";
import { call } from "../shared/api";

const known = new Map<string, Promise<ConcertDetails>>();

export function concertOf(id: string): Promise<ConcertDetails> {
  const had = known.get(id);
  if (had) return had;
  const asked = call("GET /v1/concerts/{concert_id}", { path: { concert_id: id } });
  known.set(id, asked);
  asked.catch(() => known.delete(id));
  return asked;
}

/** Asked anew: its phase may have changed. */
export function freshConcert(id: string): Promise<ConcertDetails> {
  known.delete(id);
  return concertOf(id);
}

export function dateOf(concert: ConcertDetails, show: string): ConcertDate | undefined {
  return concert.shows.find((one) => one.show_id === show);
}
