// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { installHint } from '../../src/loader/install-hints';

describe('installHint', () => {
  it('names the Python package to install', () => {
    expect(installHint('jupyter-leaflet')).toContain('pip install --force-reinstall ipyleaflet');
    expect(installHint('ipytree')).toContain('pip install --force-reinstall ipytree');
    expect(installHint('@scope/x; rm')).not.toContain('pip install');
    expect(installHint('constructor')).toContain('--force-reinstall constructor');
  });
});
