/** Code that outputs bring along: what it lacks is said in the output's place. */

/** Is told where code of an output runs, and what it is. */
export type HearOfCode = (place: HTMLElement, code: string) => void;

const hearers = new Set<HearOfCode>();

export function hearOfCode(hear: HearOfCode): void {
  hearers.add(hear);
}

/** Says that an output brings code. */
export function codeIsShown(place: HTMLElement, code: string): void {
  hearers.forEach((hear) => hear(place, code));
}
