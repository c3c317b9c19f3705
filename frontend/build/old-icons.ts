/**
 * Adds icons of Material Design Icons 4, which Solara's documentation uses, that version 7, which is
 * in ipyvuetify 3, lacks: logos, and icons that were renamed. They are added to the same font family;
 * browsers fetch the font only when one of these icons is shown.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const MODULE = 'virtual:old-icons.css';
const RESOLVED = `\0${MODULE}`;
const RULE = /\.mdi-([a-z0-9-]+)::?before\{content:"\\([0-9A-F]+)"/gi;

/** Returns the icons of a version: their code points by name. */
export function iconsOf(css: string): Map<string, string> {
  return new Map([...css.matchAll(RULE)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

/** Returns a style sheet with the icons of the `old` version that the `current` one lacks. */
export function missingIcons(old: string, current: string, font: string): string {
  const known = iconsOf(current);
  const points = new Set(known.values());
  const missing = [...iconsOf(old)].filter(([name]) => !known.has(name));
  const range = missing.filter(([, point]) => !points.has(point)).map(([, point]) => `U+${point}`);
  const rules = missing.map(([name, point]) => `.mdi-${name}::before{content:"\\${point}"}`);
  return (
    `@font-face{font-family:"Material Design Icons";src:url("${font}") format("woff2");` +
    `unicode-range:${range.join(',')}}\n${rules.join('\n')}\n`
  );
}

export function oldIcons(modules: string): Plugin {
  const css = (pack: string) => join(modules, pack, 'css', 'materialdesignicons.min.css');
  return {
    name: 'sundog-old-icons',
    resolveId(id) {
      return id === MODULE ? RESOLVED : null;
    },
    async load(id) {
      if (id !== RESOLVED) {
        return null;
      }
      try {
        const [old, current] = await Promise.all(
          [css('material-icons-4'), css('@mdi/font')].map((path) => readFile(path, 'utf8')),
        );
        const font = join(modules, 'material-icons-4/fonts/materialdesignicons-webfont.woff2');
        return missingIcons(old ?? '', current ?? '', font);
      } catch {
        this.warn('old icons are missing: run scripts/npm ci --ignore-scripts');
        return '';
      }
    },
  };
}
