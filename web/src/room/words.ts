// The words of pages that work without a script: the waiting room, and what a page says where scripts are off.
import { defineWords } from "../shared/words";

export const t = defineWords({
  "shell.no_script": { en: "Choosing seats needs JavaScript. The waiting room of a concert works without it.", ko: "좌석 선택에는 자바스크립트가 필요합니다. 콘서트 대기실은 자바스크립트 없이도 이용할 수 있습니다." },
  "room.title": { en: "Waiting room", ko: "대기실" },
});
