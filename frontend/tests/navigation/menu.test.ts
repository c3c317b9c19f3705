// @vitest-environment happy-dom
import { beforeEach, expect, it } from 'vitest';
import { Menu } from '../../src/navigation/menu';

const page = (title: string, href: string) => ({ title, href, below: [] });

beforeEach(() => {
  document.body.innerHTML = '<main id="sundog-root"></main>';
});

it('shows pages that were added to the app', () => {
  const menu = new Menu(document, '/pre', '/b/two');
  menu.replace([page('A', '/a'), { ...page('B', '/b'), below: [page('1', '/b'), page('2', '/b/two')] }]);
  const links = [...document.querySelectorAll<HTMLAnchorElement>('nav#sundog-menu a')];
  expect(links.map((link) => link.getAttribute('href'))).toEqual([
    '/pre/a',
    '/pre/b',
    '/pre/b',
    '/pre/b/two',
  ]);
  const current = document.querySelector('[aria-current="page"]');
  expect(current?.textContent).toBe('2');
  expect(document.body.firstElementChild?.id).toBe('sundog-menu');
});

it('disappears if there is only one page', () => {
  const menu = new Menu(document, '', '/');
  menu.replace([page('A', '/a'), page('B', '/b')]);
  menu.replace([]);
  expect(document.querySelector('nav')).toBeNull();
});
