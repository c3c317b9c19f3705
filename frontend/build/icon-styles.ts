/** Writes style sheets for icons of map markers that are not a file of any npm package. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const GLYPHS = 'glyphicons-halflings-regular.woff2';
const RULE = /[^{}]+\{[^{}]*\}/g;

/** Writes them below `target`, in which each package has a folder. */
export async function writeIconStyles(modules: string, target: string): Promise<void> {
  const bootstrap = join(modules, 'bootstrap-3', 'dist');
  const styles = await readFile(join(bootstrap, 'css', 'bootstrap.css'), 'utf-8');
  await write(join(target, 'bootstrap-glyphicons', 'css'), 'bootstrap-glyphicons.css', icons(styles));
  await mkdir(join(target, 'bootstrap-glyphicons', 'fonts'), { recursive: true });
  await copyFile(
    join(bootstrap, 'fonts', GLYPHS),
    join(target, 'bootstrap-glyphicons', 'fonts', GLYPHS),
  );
  await write(join(target, 'folium'), 'leaflet.awesome.rotate.css', turns());
}

/** Returns only the icons from the style sheet of Bootstrap 3. */
function icons(styles: string): string {
  const font = `@font-face { font-family: "Glyphicons Halflings"; src: url("../fonts/${GLYPHS}"); }`;
  const rules = styles.match(RULE) ?? [];
  return [font, ...rules.filter((rule) => /^\s*\.glyphicon/.test(rule))].join('\n');
}

/** Returns the classes by which folium rotates icons: one for each degree. */
function turns(): string {
  const degrees = Array.from({ length: 360 }, (_, degree) => degree);
  return degrees.map((n) => `.awesome-marker .fa-rotate-${n} { transform: rotate(${n}deg); }`).join('\n');
}

async function write(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), text);
}
