// The words around the staff's pages: signing in, the way through the pages, tables and dialogs.
import { defineWords } from "../shared/words";

export const t = defineWords({
  "staff.label": { en: "Staff", ko: "운영" },
  "staff.nav": { en: "Staff pages", ko: "운영 메뉴" },
  "nav.concerts": { en: "Concerts", ko: "콘서트" },
  "nav.orders": { en: "Orders", ko: "주문" },
  "nav.gate": { en: "Check-in", ko: "입장 확인" },
  "nav.keys": { en: "Staff keys", ko: "직원 키" },
  "nav.audit": { en: "Audit log", ko: "감사 기록" },
  "page.not_found": { en: "There is no page at this address.", ko: "이 주소에는 페이지가 없습니다." },
  "page.home": { en: "To the concerts", ko: "콘서트 목록으로" },
  "page.not_yours": { en: "This staff key may not see this page.", ko: "이 직원 키로는 볼 수 없는 페이지입니다." },

  "sign_in.title": { en: "Sign in", ko: "로그인" },
  "sign_in.key": { en: "Staff key", ko: "직원 키" },
  "sign_in.hint": { en: "It begins with frs_. It is kept in this tab until you sign out or close it, at most twelve hours.", ko: "frs_로 시작합니다. 로그아웃하거나 탭을 닫을 때까지, 최대 12시간 동안 이 탭에만 보관됩니다." },
  "sign_in.act": { en: "Sign in", ko: "로그인" },
  "sign_in.wrong": { en: "No staff key is like this, or it was revoked.", ko: "등록되지 않았거나 폐기된 직원 키입니다." },
  "sign_in.expired": { en: "You were signed out: the key is not valid any more, or twelve hours have passed.", ko: "키가 더 이상 유효하지 않거나 12시간이 지나 로그아웃되었습니다." },
  "sign_in.about": { en: "These pages are for the people who run a sale.", ko: "판매를 운영하는 직원을 위한 페이지입니다." },
  "sign_out.act": { en: "Sign out", ko: "로그아웃" },

  "role.viewer": { en: "Viewer", ko: "조회" },
  "role.manager": { en: "Manager", ko: "운영" },
  "role.admin": { en: "Admin", ko: "관리자" },
  "role.gate": { en: "Gate", ko: "입장" },
  "role.viewer.about": { en: "sees concerts, orders and figures", ko: "콘서트, 주문, 지표를 봅니다" },
  "role.manager.about": { en: "runs sales: builds, publishes, steers the queue, blocks seats, checks in", ko: "판매를 운영합니다: 만들기, 공개, 대기열 조정, 좌석 보류, 입장 확인" },
  "role.admin.about": { en: "everything, also refunds, cancellations and keys", ko: "환불, 취소, 키 관리까지 모두 할 수 있습니다" },
  "role.gate.about": { en: "checks tickets in, and sees nothing else", ko: "입장 확인만 할 수 있습니다" },

  "phase.scheduled": { en: "Announced", ko: "판매 예정" },
  "phase.lobby": { en: "Lobby open", ko: "대기실 열림" },
  "phase.open": { en: "On sale", ko: "판매 중" },
  "phase.paused": { en: "Paused", ko: "일시 중지" },
  "phase.sold_out": { en: "Sold out", ko: "매진" },
  "phase.closed": { en: "Sale over", ko: "판매 종료" },
  "phase.draft": { en: "Draft", ko: "초안" },

  "table.csv": { en: "Download as CSV", ko: "CSV로 내려받기" },
  "table.csv_busy": { en: "Gathering {count} {count|row|rows} …", ko: "{count}행 모으는 중…" },
  "table.more": { en: "More", ko: "더 보기" },
  "table.count": { en: "{count} {count|row|rows} shown", ko: "{count}행 표시" },

  "dialog.reason": { en: "Reason", ko: "사유" },
  "dialog.reason_hint": { en: "Everybody who may read the log sees it.", ko: "기록을 볼 수 있는 모든 직원에게 보입니다." },
  "dialog.cancel": { en: "Leave it", ko: "그만두기" },
  "dialog.type": { en: "Type {word} to confirm", ko: "확인하려면 {word} 입력" },
  "dialog.type_fault": { en: "This is not {word}.", ko: "{word}와 다릅니다." },
  "dialog.needed": { en: "This is needed.", ko: "필수 항목입니다." },
});
