/** A date inside an expression: a type of its own, so that it is neither a text nor a moment by accident. */
export class Day {
  /** `2026-01-31` */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
