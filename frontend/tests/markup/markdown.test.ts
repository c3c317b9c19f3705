import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../src/markup/markdown';

describe('renderMarkdown', () => {
  it('colours fences of a known language', async () => {
    const html = await renderMarkdown('```python title="x"\ndef f(): return "<b>"\n```');
    expect(html).toContain('<span class="hljs-keyword">def</span>');
    expect(html).toContain('&quot;&lt;b&gt;&quot;');
    expect(await renderMarkdown('```ipython3\nNone\n```')).toContain('hljs-literal');
  });

  it.each(['', 'klingon', '__proto__'])('shows other fences plainly: %j', async (language) => {
    const html = await renderMarkdown(`\`\`\`${language}\nif a < b: "$x$"\n\`\`\``);
    expect(html).toContain('if a &lt; b: &quot;$x$&quot;');
    expect(html).not.toContain('<span');
  });

  it('names headings as JupyterLab does', async () => {
    expect(await renderMarkdown('## The *first* `part`')).toContain('<h2 id="The-first-part">');
    const html = await renderMarkdown('# a" onclick="x <b>y</b>');
    expect(html).not.toMatch(/id="[^"]*" onclick/);
  });

  it('knows tables and task lists', async () => {
    expect(await renderMarkdown('| a |\n|---|\n| 1 |')).toContain('<td>1</td>');
    expect(await renderMarkdown('- [x] done')).toMatch(/<input [^>]*type="checkbox"/);
  });

  it('leaves formulas as they are', async () => {
    expect(await renderMarkdown('so $a_1 * b_1 * c < d$')).toContain('$a_1 * b_1 * c &lt; d$');
  });
});
