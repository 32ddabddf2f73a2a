// The words of the frame around every page.
import { defineWords } from "./words";

export const t = defineWords({
  "frame.skip": { en: "Skip to content", ko: "본문으로 건너뛰기" },
  "frame.language": { en: "Language", ko: "언어" },
  "frame.theme": { en: "Colours", ko: "화면 색" },
  "theme.system": { en: "As the system", ko: "시스템 설정" },
  "theme.light": { en: "Light", ko: "밝게" },
  "theme.dark": { en: "Dark", ko: "어둡게" },
  "frame.help": { en: "Help", ko: "도움말" },
});
