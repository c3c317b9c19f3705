/** Leaves only the woff2 form of fonts in stylesheets: every browser that runs the page takes it. */
import type { Plugin } from 'vite';

const FORMATS = /src:\s*url\(["']?[^)"']+\.eot["']?\);?|url\(["']?[^)"']+\.(?:eot|woff|ttf|svg)(?:[?#][^)"']*)?["']?\)\s*format\(["'](?:embedded-opentype|woff|truetype|svg)["']\)\s*,?\s*/g;

export function woff2Only(): Plugin {
  return {
    name: 'sundog-woff2-only',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('.css') || !code.includes('.woff2')) {
        return null;
      }
      // What is left may end with the comma before the format that was taken out.
      return { code: code.replace(FORMATS, '').replace(/,\s*(?=[;}])/g, ''), map: null };
    },
  };
}
