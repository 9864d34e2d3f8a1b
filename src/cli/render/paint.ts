import type { Output } from '../shell.ts';

export type Colour = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';
export type Paint = (colour: Colour, text: string) => string;

const codes: Readonly<Record<Colour, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  cyan: [36, 39],
};

/** Colours on a terminal that wants them (no-color.org: any value of NO_COLOR that is not empty says no), none elsewhere. */
export function painter(output: Output, environment: Readonly<Record<string, string | undefined>>): Paint {
  const unwanted = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb';
  if (!output.terminal || unwanted) return (_, text) => text;
  return (colour, text) => `\u{1b}[${codes[colour][0]}m${text}\u{1b}[${codes[colour][1]}m`;
}
