import { Icon, type IconName } from "./icons";
import { theme, type Theme } from "./theme";

const next: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const icons: Record<Theme, IconName> = { system: "auto", light: "sun", dark: "moon" };

export function ThemeButton() {
  const now = theme.value;
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Colours: ${now}`}
      title={`Colours: ${now}`}
      onClick={() => (theme.value = next[now])}
    >
      <Icon name={icons[now]} />
    </button>
  );
}
