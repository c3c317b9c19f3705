// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { jsonTree } from '../../src/output/json-tree';

describe('jsonTree', () => {
  it('shows leaves as JSON', () => {
    expect(jsonTree('<b>').textContent).toBe('root: "<b>"');
    expect(jsonTree(null, { root: 'nothing' }).textContent).toBe('nothing: null');
  });

  it('opens a short root, and fills a closed branch when it is opened', () => {
    const tree = jsonTree({ a: { b: 1 } });
    const [top, branch] = tree.querySelectorAll('details');
    expect(top!.open).toBe(true);
    expect(branch!.open).toBe(false);
    expect(branch!.textContent).toBe('a {1}');
    branch!.dispatchEvent(new Event('toggle'));
    expect(branch!.textContent).toBe('a {1}b: 1');
  });

  it('opens everything if it is asked to', () => {
    expect(jsonTree([[1]], { expanded: true }).textContent).toContain('0: 1');
  });

  it('limits the number of entries', () => {
    const tree = jsonTree([...Array(1200).keys()], { expanded: true });
    expect(tree.querySelectorAll('details > div')).toHaveLength(1000);
    expect(tree.textContent).toMatch(/… 200 more$/);
  });
});
