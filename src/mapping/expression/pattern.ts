/**
 * Regular expressions whose time is bounded by the length of the text times the size of the pattern, whatever either of them says: all
 * ways through the pattern are followed at once, one character of the text at a time (Thompson's construction). The language's own
 * expressions go back and try again, which a pattern such as `(a+)+b` makes last for ever; one record must never hold up a sync.
 *
 * Understood: characters, `.`, classes `[a-z]`, `\d \w \s \p{L}` and their opposites, `( )`, `|`, `* + ? {n} {n,} {n,m}`, `^`, `$`, `\b`, and
 * `(?i)` at the start for upper and lower case alike. Not understood, for then the bound would be gone: back references and look-around.
 */
export interface Pattern {
  /** True where the pattern occurs anywhere in the text. */
  matches(text: string): boolean;
}

export type PatternResult =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly why: string };

/** More steps than this after repetitions are written out, and the pattern is refused. */
const mostSteps = 1000;
const mostRepeats = 200;

type Step =
  | { readonly is: 'sign'; readonly fits: RegExp }
  | { readonly is: 'edge'; readonly at: 'start' | 'end' | 'word' | 'inside' }
  | { readonly is: 'fork'; readonly to: readonly number[] }
  | { readonly is: 'end' };

type Tree =
  | { readonly is: 'step'; readonly step: Step }
  | { readonly is: 'row'; readonly parts: readonly Tree[] }
  | { readonly is: 'choice'; readonly parts: readonly Tree[] }
  | { readonly is: 'repeat'; readonly part: Tree; readonly least: number; readonly most: number | null };

class PatternError extends Error {}

export function patternOf(source: string): PatternResult {
  try {
    const caseless = source.startsWith('(?i)');
    const tree = new Reader(caseless ? source.slice(4) : source, caseless ? 'iu' : 'u').read();
    const steps = stepsOf(tree);
    return { ok: true, pattern: { matches: (text) => run(steps, text) } };
  } catch (error) {
    if (error instanceof PatternError) return { ok: false, why: error.message };
    throw error;
  }
}

/** Recursive descent over the signs of a pattern. What stands for one character is left to the language's own expressions. */
class Reader {
  readonly #signs: readonly string[];
  readonly #flags: string;
  #at = 0;

  constructor(source: string, flags: string) {
    this.#signs = [...source];
    this.#flags = flags;
  }

  read(): Tree {
    const tree = this.#choice();
    if (this.#at < this.#signs.length) throw new PatternError(`")" at character ${this.#at + 1} closes nothing`);
    return tree;
  }

  #choice(): Tree {
    const parts = [this.#row()];
    while (this.#take('|')) parts.push(this.#row());
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'choice', parts };
  }

  #row(): Tree {
    const parts: Tree[] = [];
    while (this.#at < this.#signs.length && this.#next() !== '|' && this.#next() !== ')') {
      let part = this.#atom();
      for (let times = this.#times(); times !== null; times = this.#times()) part = { is: 'repeat', part, ...times };
      parts.push(part);
    }
    return { is: 'row', parts };
  }

  #times(): { least: number; most: number | null } | null {
    const [sign, rest] = [this.#next(), this.#signs.slice(this.#at).join('')];
    const [counted, least = '', comma, most = ''] = /^\{(\d+)(,?)(\d*)\}/.exec(rest) ?? [];
    let times: { least: number; most: number | null } | null = null;
    if (sign === '*') times = { least: 0, most: null };
    else if (sign === '+') times = { least: 1, most: null };
    else if (sign === '?') times = { least: 0, most: 1 };
    else if (counted !== undefined)
      times = { least: Number(least), most: comma === '' ? Number(least) : most === '' ? null : Number(most) };
    if (times === null) return null;
    if (times.least > mostRepeats || (times.most ?? 0) > mostRepeats)
      throw new PatternError(`it repeats a part more than ${mostRepeats} times`);
    if (times.most !== null && times.most < times.least) throw new PatternError(`${counted} counts backwards`);
    this.#at += counted === undefined ? 1 : counted.length;
    // Short or long: for whether there is a match, it makes no difference.
    this.#take('?');
    return times;
  }

  #atom(): Tree {
    const sign = this.#next() ?? '';
    if (sign === '(') return this.#group();
    if (sign === '[') return this.#sign(this.#class());
    if (sign === '\\') return this.#escape();
    if (/[*+?{]/.test(sign)) throw new PatternError(`"${sign}" at character ${this.#at + 1} repeats nothing`);
    this.#at += 1;
    if (sign === '^') return { is: 'step', step: { is: 'edge', at: 'start' } };
    if (sign === '$') return { is: 'step', step: { is: 'edge', at: 'end' } };
    return this.#sign(/[\]}/]/.test(sign) ? `\\${sign}` : sign);
  }

  #group(): Tree {
    const start = this.#at + 1;
    this.#at += 1;
    if (this.#take('?') && !this.#take(':'))
      throw new PatternError(`the group at character ${start} is more than a group: look-around is not understood`);
    const tree = this.#choice();
    if (!this.#take(')')) throw new PatternError(`"(" at character ${start} is not closed`);
    return tree;
  }

  #class(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#signs.length && this.#signs[end] !== ']') end += this.#signs[end] === '\\' ? 2 : 1;
    if (end >= this.#signs.length) throw new PatternError(`"[" at character ${start + 1} is not closed`);
    this.#at = end + 1;
    return this.#signs.slice(start, this.#at).join('');
  }

  #escape(): Tree {
    const sign = this.#signs[this.#at + 1] ?? '';
    if (sign === 'b' || sign === 'B') {
      this.#at += 2;
      return { is: 'step', step: { is: 'edge', at: sign === 'b' ? 'word' : 'inside' } };
    }
    if (/[1-9k]/.test(sign)) throw new PatternError(`back references (\\${sign}) are not understood`);
    const rest = this.#signs.slice(this.#at).join('');
    const [written = `\\${sign}`] =
      /^\\([pP]\{\w+(=\w+)?\}|u[\da-fA-F]{4}|u\{[\da-fA-F]+\}|x[\da-fA-F]{2})/.exec(rest) ?? [];
    this.#at += [...written].length;
    return this.#sign(written);
  }

  #sign(source: string): Tree {
    try {
      return { is: 'step', step: { is: 'sign', fits: new RegExp(`^${source}$`, this.#flags) } };
    } catch {
      throw new PatternError(`${source} stands for no character`);
    }
  }

  #next(): string | undefined {
    return this.#signs[this.#at];
  }

  #take(sign: string): boolean {
    if (this.#next() !== sign) return false;
    this.#at += 1;
    return true;
  }
}

/** The tree written out as steps that follow each other; a fork goes on at several places. */
function stepsOf(tree: Tree): readonly Step[] {
  const steps: Step[] = [];
  const add = (step: Step): number => {
    if (steps.length >= mostSteps) throw new PatternError('it is too long');
    return steps.push(step) - 1;
  };
  const write = (part: Tree): void => {
    switch (part.is) {
      case 'step':
        add(part.step);
        return;
      case 'row':
        for (const one of part.parts) write(one);
        return;
      case 'choice':
        choice(part.parts);
        return;
      case 'repeat':
        repeat(part.part, part.least, part.most);
    }
  };
  const choice = (parts: readonly Tree[]): void => {
    const fork = add({ is: 'fork', to: [] });
    const [begins, ends]: [number[], number[]] = [[], []];
    for (const part of parts) {
      begins.push(steps.length);
      write(part);
      ends.push(add({ is: 'fork', to: [] }));
    }
    steps[fork] = { is: 'fork', to: begins };
    for (const end of ends) steps[end] = { is: 'fork', to: [steps.length] };
  };
  const repeat = (part: Tree, least: number, most: number | null): void => {
    for (let i = 0; i < least; i++) write(part);
    const forks: number[] = [];
    for (let i = least; i < (most ?? least + 1); i++) {
      forks.push(add({ is: 'fork', to: [] }));
      write(part);
      if (most === null) add({ is: 'fork', to: forks });
    }
    for (const fork of forks) steps[fork] = { is: 'fork', to: [fork + 1, steps.length] };
  };
  write(tree);
  add({ is: 'end' });
  return steps;
}

function run(steps: readonly Step[], text: string): boolean {
  const signs = [...text];
  const reached = new Int32Array(steps.length).fill(-1);
  let now: number[] = [];
  /** Follows forks and edges from a step to all steps that wait for a character; true where the end is among them. */
  const enter = (first: number, at: number, into: number[]): boolean => {
    const open = [first];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const step = steps[next];
      if (step === undefined || reached[next] === at) continue;
      reached[next] = at;
      if (step.is === 'end') return true;
      if (step.is === 'sign') into.push(next);
      else if (step.is === 'fork') open.push(...step.to);
      else if (holds(step.at, signs, at)) open.push(next + 1);
    }
    return false;
  };
  for (let at = 0; at <= signs.length; at++) {
    if (enter(0, at, now)) return true;
    const sign = signs[at];
    if (sign === undefined) return false;
    const after: number[] = [];
    for (const waiting of now) {
      const step = steps[waiting];
      if (step?.is === 'sign' && step.fits.test(sign) && enter(waiting + 1, at + 1, after)) return true;
    }
    now = after;
  }
  return false;
}

function holds(edge: 'start' | 'end' | 'word' | 'inside', signs: readonly string[], at: number): boolean {
  if (edge === 'start') return at === 0;
  if (edge === 'end') return at === signs.length;
  const isWord = (sign: string | undefined): boolean => sign !== undefined && /^\w$/.test(sign);
  return (isWord(signs[at - 1]) !== isWord(signs[at])) === (edge === 'word');
}
