/** Keeps only woff2 fonts in style sheets, as every browser that can run the page supports them. */
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
      // The rest may end with the comma before the format that was removed.
      return { code: code.replace(FORMATS, '').replace(/,\s*(?=[;}])/g, ''), map: null };
    },
  };
}
