// The words of the staff's pages.
import { defineWords } from "../shared/words";

export const t = defineWords({
  "staff.label": { en: "Staff", ko: "직원" },
  "staff.welcome": { en: "These pages are for the people who run a sale.", ko: "판매를 운영하는 직원을 위한 페이지입니다." },
});
