// The frame around every page: name and navigation above, help and switches below. Focus goes to `main` when the page
// changes, so that a screen reader begins there.
import type { ComponentChildren } from "preact";
import { t } from "./frame.words";
import { installation } from "./installation";
import { language, languages, speak, type Language } from "./language";
import { siteName } from "./title";
import { show, theme, type Theme } from "./theme";

const kLanguageNames: Record<Language, string> = { en: "English", ko: "한국어" };
const kThemes: Record<Theme, () => string> = {
  system: () => t("theme.system"),
  light: () => t("theme.light"),
  dark: () => t("theme.dark"),
};

export interface FrameProps {
  /** The address of the name in the corner. */
  home: string;
  /** Stands beside the name, for pages that are not the buyers'. */
  label?: string;
  nav?: ComponentChildren;
  children: ComponentChildren;
}

function Name({ home, label }: { home: string; label?: string | undefined }) {
  const logo = installation.value?.logo;
  return (
    <a class="frame-name" href={home}>
      {logo && <img src={logo} alt="" />}
      <span>{installation.value?.name[language] ?? siteName}</span>
      {label && <span class="tag">{label}</span>}
    </a>
  );
}

function Help() {
  const help = installation.value?.help;
  if (!help) return null;
  return <a href={help}>{t("frame.help")}</a>;
}

function LanguageSwitch() {
  return (
    <label class="switch">
      {t("frame.language")}
      <select value={language} onChange={(event) => speak(event.currentTarget.value as Language)}>
        {languages.map((one) => (
          <option key={one} value={one} lang={one}>
            {kLanguageNames[one]}
          </option>
        ))}
      </select>
    </label>
  );
}

function ThemeSwitch() {
  return (
    <label class="switch">
      {t("frame.theme")}
      <select value={theme.value} onChange={(event) => show(event.currentTarget.value as Theme)}>
        {(Object.keys(kThemes) as Theme[]).map((one) => (
          <option key={one} value={one}>
            {kThemes[one]()}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Frame({ home, label, nav, children }: FrameProps) {
  return (
    <>
      <a class="skip-link" href="#main">
        {t("frame.skip")}
      </a>
      <header class="frame-head">
        <div>
          <Name home={home} label={label} />
          {nav}
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <footer class="frame-foot">
        <div>
          <Help />
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </footer>
    </>
  );
}
