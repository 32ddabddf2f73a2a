// The words of the buyers' pages.
import { defineWords } from "../shared/words";

export const t = defineWords({
  "nav.concerts": { en: "Concerts", ko: "콘서트" },
  "concerts.none": { en: "No concert is announced at the moment.", ko: "지금 예정된 콘서트가 없습니다." },
  "concerts.opens": { en: "Opens {when}", ko: "{when} 판매 시작" },
  "phase.scheduled": { en: "Announced", ko: "판매 예정" },
  "phase.lobby": { en: "Waiting room open", ko: "대기실 입장 가능" },
  "phase.open": { en: "On sale", ko: "판매 중" },
  "phase.paused": { en: "Paused", ko: "일시 중지" },
  "phase.sold_out": { en: "Sold out", ko: "매진" },
  "phase.closed": { en: "Sale over", ko: "판매 종료" },
  "page.not_found": { en: "There is no page at this address.", ko: "이 주소에는 페이지가 없습니다." },
  "page.to_concerts": { en: "To the concerts", ko: "콘서트 목록으로" },
});
