import { describe, expect, it } from 'vitest';
import { addressOf, type Config, socketUrl } from '../../src/config';

const ORIGIN = 'http://app.example';

const config: Config = {
  kernel: 'k',
  page: 'p',
  root: '/pre',
  mode: 'production',
  theme: 'auto',
  expired: 'ask',
  extensions: '',
};

describe('addressOf', () => {
  it.each([
    [`${ORIGIN}/pre`, '/'],
    [`${ORIGIN}/pre/`, '/'],
    [`${ORIGIN}/pre/b%20c?x=1#top`, '/b%20c?x=1#top'],
    [`${ORIGIN}/pre//elsewhere.example`, '//elsewhere.example'],
    [`${ORIGIN}/prefix`, undefined],
    [`${ORIGIN}/`, undefined],
    ['http://elsewhere.example/pre/b', undefined],
    [`${ORIGIN}/pre/_sundog/x`, undefined],
    [`${ORIGIN}/pre/static/public/report.pdf`, undefined],
    [`${ORIGIN}/pre/${'x'.repeat(4096)}`, undefined],
  ])('of %s', (url, address) => {
    expect(addressOf('/pre', ORIGIN, new URL(url))).toBe(address);
  });

  it('is sent to the server as far as it fits', () => {
    const sent = (url: string) => {
      const parts = new URL(url) as unknown as Location;
      return new URL(socketUrl(config, parts, 7)).searchParams.get('at');
    };
    expect(sent(`${ORIGIN}/pre/a?x=ü#top`)).toBe('/a?x=%C3%BC#top');
    expect(sent(`${ORIGIN}/pre/a?x=1#${'%'.repeat(3000)}`)).toBe('/a?x=1');
    expect(sent(`${ORIGIN}/pre/a?${'x'.repeat(5000)}`)).toBe('/a');
  });
});
