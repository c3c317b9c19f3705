import { expect, it } from 'vitest';
import { missingIcons } from '../../build/old-icons';

it('adds the icons that the current version lacks', () => {
  const old = '.mdi-discord::before{content:"\\F66F"}.mdi-ab::before{content:"\\F001C"}';
  const current = '.mdi-ab::before{content:"\\F001C"}';
  expect(missingIcons(old, current, 'f.woff2')).toContain('unicode-range:U+F66F}');
  expect(missingIcons(old, current, 'f.woff2')).not.toContain('mdi-ab');
});
