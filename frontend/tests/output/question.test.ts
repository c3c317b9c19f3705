// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import { questionField, questionIn } from '../../src/output/question';

const bundle = (password: boolean, prompt = 'Your name? ') => ({
  'application/vnd.sundog.question+json': { number: 7, prompt, password },
  'text/plain': prompt,
});

function shown(password = false, prompt?: string) {
  const answer = vi.fn();
  const form = questionField(questionIn(bundle(password, prompt))!, answer);
  document.body.replaceChildren(form);
  return { answer, form, field: form.querySelector('input')! };
}

describe('a question', () => {
  it('is found in its mime bundle only', () => {
    expect(questionIn({ 'text/plain': 'text' })).toBeUndefined();
  });

  it('has a field that its prompt labels', () => {
    const { form, field } = shown();
    expect(form.querySelector('label')!.textContent).toBe('Your name? ');
    expect(field.type).toBe('text');
    expect(field.hasAttribute('aria-label')).toBe(false);
  });

  it('has a name without a prompt', () => {
    expect(shown(true, ' ').field.getAttribute('aria-label')).toBe('Password');
  });

  it('hides a password', () => {
    expect(shown(true).field.type).toBe('password');
  });

  it('sends the answer once', () => {
    const { answer, form, field } = shown();
    field.value = 'Ann';
    form.dispatchEvent(new Event('submit', { cancelable: true }));
    form.dispatchEvent(new Event('submit', { cancelable: true }));
    expect(answer.mock.calls).toEqual([[7, 'Ann']]);
  });

  it('gets the focus', async () => {
    const { field } = shown();
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(document.activeElement).toBe(field);
  });
});
