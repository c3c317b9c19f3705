/** A question of `input()` or `getpass()`: a field whose answer goes to the server. */
import type { MimeBundle } from './items';

const QUESTION = 'application/vnd.sundog.question+json';
/** The server takes no longer answers, in UTF-16 code units. */
const MAX_ANSWER_LENGTH = 2 ** 16;

interface Question {
  number: number;
  prompt: string;
  /** Whether the field hides what is typed. */
  password: boolean;
}

/** Sends the answer to the question with a number. */
export type AnswerQuestion = (number: number, text: string) => void;

/** Returns the question in a mime bundle, if there is one. */
export function questionIn(bundle: MimeBundle): Question | undefined {
  return bundle[QUESTION] as Question | undefined;
}

/** Makes the field. When the answer has been sent, the server replaces the whole output by a text. */
export function questionField(question: Question, answer: AnswerQuestion): HTMLFormElement {
  const form = document.createElement('form');
  form.className = 'sundog-question';
  const label = document.createElement('label');
  const prompt = document.createElement('span');
  prompt.textContent = question.prompt;
  const field = document.createElement('input');
  field.type = question.password ? 'password' : 'text';
  field.autocomplete = 'off';
  field.maxLength = MAX_ANSWER_LENGTH;
  if (question.prompt.trim() === '') {
    field.setAttribute('aria-label', question.password ? 'Password' : 'Answer');
  }
  label.append(prompt, field);
  form.append(label);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!field.readOnly) {
      field.readOnly = true;
      answer(question.number, field.value);
    }
  });
  // As in a notebook, the user can type at once.
  requestAnimationFrame(() => field.focus());
  return form;
}
