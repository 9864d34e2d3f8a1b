/** A field of a pair, and how it flows. */
export interface Flow {
  readonly crm: string;
  readonly desk: string;
  readonly isTwoWay: boolean;
  /** The CRM field that its rule reads, where that is another one than people edit: a name is written in parts. Absent: `crm`. */
  readonly ruled?: string;
  /** Whether the two values say the same. */
  readonly equal: (crm: unknown, desk: unknown) => boolean;
}

/** Texts as people compare them: nothing is nothing, however a vendor writes it. */
export const plain = (value: unknown): string => (value === null || value === undefined ? '' : String(value).trim());

export const plainly: Flow['equal'] = (crm, desk) => plain(crm) === plain(desk);

/** How many grades there are: enough for one that nobody has used, most of the time. */
export const gradeCount = 60;
const numbers = Array.from({ length: gradeCount }, (_, i) => i);

/** `A7` and `B7` at the CRM are both `x7` at the desk, where whatever is written big is small from then on. */
export const grades: Flow = {
  crm: 'AccountNumber',
  desk: 'notes',
  isTwoWay: true,
  equal: (crm, desk) => plain(crm).slice(1) === plain(desk).slice(1),
};

/** The same in the words of the config. */
export const gradeMaps = {
  toDesk: Object.fromEntries(
    numbers.flatMap((i) => [
      [`A${i}`, `X${i}`],
      [`B${i}`, `x${i}`],
    ]),
  ),
  toCrm: Object.fromEntries(numbers.flatMap((i) => [`x${i}`, `X${i}`].map((grade) => [grade, `A${i}`]))),
};
