import { describe, expect, it } from 'vitest';
import { parseMarkdown, renderMarkdown } from '../../src/markup/markdown';

describe('renderMarkdown', () => {
  it('highlights code of a known language', async () => {
    const html = await renderMarkdown('```python title="x"\ndef f(): return "<b>"\n```');
    expect(html).toContain('<span class="hljs-keyword">def</span>');
    expect(html).toContain('&quot;&lt;b&gt;&quot;');
    expect(await renderMarkdown('```ipython3\nNone\n```')).toContain('hljs-literal');
  });

  it.each(['', 'klingon', '__proto__'])('does not highlight code of the language %j', async (language) => {
    const html = await renderMarkdown(`\`\`\`${language}\nif a < b: "$x$"\n\`\`\``);
    expect(html).toContain('if a &lt; b: &quot;$x$&quot;');
    expect(html).not.toContain('<span');
  });

  it('gives headings the ids that JupyterLab gives them', async () => {
    expect(await renderMarkdown('## The *first* `part`')).toContain('<h2 id="The-first-part">');
    const html = await renderMarkdown('# a" onclick="x <b>y</b>');
    expect(html).not.toMatch(/id="[^"]*" onclick/);
  });

  it('renders tables and task lists', async () => {
    expect(await renderMarkdown('| a |\n|---|\n| 1 |')).toContain('<td>1</td>');
    expect(await renderMarkdown('- [x] done')).toMatch(/<input [^>]*type="checkbox"/);
  });

  it.each([
    ['so $a_1 * b_1 * c < d$', '$a_1 * b_1 * c &lt; d$'],
    ['$$\na_1 * b_1 * c\n$$', '$$\na_1 * b_1 * c\n$$'],
    [
      '\\begin{align*}a_1 &= b_1 \\\\ c_1 &= d_1\\end{align*}',
      '\\begin{align*}a_1 &amp;= b_1 \\\\ c_1 &amp;= d_1\\end{align*}',
    ],
    ['so \\\\(a_1 * b_1\\\\)', '\\(a_1 * b_1\\)'],
    ['$$ \\text{"a" @@0@@} $$', '$$ \\text{&quot;a&quot; @@0@@} $$'],
  ])('leaves the formula in %j as it is', async (source, formula) => {
    expect(await renderMarkdown(source)).toContain(formula);
  });

  it('leaves code and prices alone', async () => {
    expect(await renderMarkdown('`$a` *and* `$b`')).toBe(
      '<p><code>$a</code> <em>and</em> <code>$b</code></p>\n',
    );
    expect(await renderMarkdown('from $5 to $6')).toContain('from $5 to $6');
    expect(await renderMarkdown('@@0@@')).toContain('@@0@@');
  });

  it('keeps a formula in a heading within its id', async () => {
    const html = await renderMarkdown('# The $"x$ onclick=y');
    expect(html).toContain('<h1 id="The-$&quot;x$-onclick=y">The $&quot;x$ onclick=y</h1>');
  });

  it('leaves formulas to the registry of rendermime, which has removed them', async () => {
    expect(await parseMarkdown('so @@0@@')).toBe('<p>so @@0@@</p>\n');
  });
});
