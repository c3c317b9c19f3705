/** Applies the configured theme, or follows the system's preference. */

export type Theme = 'light' | 'dark' | 'auto';

export function startTheme(theme: Theme): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const isDark = theme === 'dark' || (theme === 'auto' && dark.matches);
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
    // The names that JupyterLab uses, which widgets read.
    document.body.dataset['jpThemeLight'] = String(!isDark);
    document.body.dataset['jpThemeName'] = isDark ? 'JupyterLab Dark' : 'JupyterLab Light';
  };
  apply();
  dark.addEventListener('change', apply);
}
