/**
 * Material Design Icons 4, which Solara's documentation names, has icons that the version 7 of
 * ipyvuetify 3 has no more: logos, and names that were changed. This gives the missing ones to the
 * same font family; the font itself is fetched only where one of them is shown.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const MODULE = 'virtual:old-icons.css';
const RESOLVED = `\0${MODULE}`;
const RULE = /\.mdi-([a-z0-9-]+)::?before\{content:"\\([0-9A-F]+)"/gi;

/** Reads which icons a version has: their code points by name. */
export function iconsOf(css: string): Map<string, string> {
  return new Map([...css.matchAll(RULE)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

/** Writes the style sheet for the icons of the `old` version that the `present` one lacks. */
export function missingIcons(old: string, present: string, font: string): string {
  const known = iconsOf(present);
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
        const [old, present] = await Promise.all(
          [css('material-icons-4'), css('@mdi/font')].map((path) => readFile(path, 'utf8')),
        );
        const font = join(modules, 'material-icons-4/fonts/materialdesignicons-webfont.woff2');
        return missingIcons(old ?? '', present ?? '', font);
      } catch {
        this.warn('old icons are missing: run scripts/npm ci --ignore-scripts');
        return '';
      }
    },
  };
}
