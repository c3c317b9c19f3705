/** Writes stylesheets of markers' icons that no npm package has as a file of its own. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const GLYPHS = 'glyphicons-halflings-regular.woff2';
const RULE = /[^{}]+\{[^{}]*\}/g;

/** `place` is the folder whose folders are named like packages. */
export async function writeIconStyles(modules: string, place: string): Promise<void> {
  const bootstrap = join(modules, 'bootstrap-3', 'dist');
  const styles = await readFile(join(bootstrap, 'css', 'bootstrap.css'), 'utf-8');
  await write(join(place, 'bootstrap-glyphicons', 'css'), 'bootstrap-glyphicons.css', icons(styles));
  await mkdir(join(place, 'bootstrap-glyphicons', 'fonts'), { recursive: true });
  await copyFile(
    join(bootstrap, 'fonts', GLYPHS),
    join(place, 'bootstrap-glyphicons', 'fonts', GLYPHS),
  );
  await write(join(place, 'folium'), 'leaflet.awesome.rotate.css', turns());
}

/** What Bootstrap 3 says of its icons, and of nothing else. */
function icons(styles: string): string {
  const font = `@font-face { font-family: "Glyphicons Halflings"; src: url("../fonts/${GLYPHS}"); }`;
  const rules = styles.match(RULE) ?? [];
  return [font, ...rules.filter((rule) => /^\s*\.glyphicon/.test(rule))].join('\n');
}

/** How far folium's icons are turned: a class for each degree. */
function turns(): string {
  const degrees = Array.from({ length: 360 }, (_, degree) => degree);
  return degrees.map((n) => `.awesome-marker .fa-rotate-${n} { transform: rotate(${n}deg); }`).join('\n');
}

async function write(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), text);
}
