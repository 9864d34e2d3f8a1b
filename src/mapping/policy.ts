import type { ASTNode } from '@marcbachmann/cel-js';
import { sides } from '../model/record.ts';
import type { Contest, Policy, PolicyExpression, PolicyWord } from '../model/sync.ts';
import { isBlank, show, type Value } from '../model/value.ts';
import { languageFor } from './check-from.ts';
import { compiledOver, type Program } from './expression/expression.ts';
import { contestValues } from './expression/language.ts';
import type { Source } from './expression/mistakes.ts';
import { celWords } from './expression/values.ts';
import { type Ground, inputOf, objectWords, report } from './input.ts';
import { didYouMean, type Problem } from './problem.ts';

const words: readonly PolicyWord[] = ['crm', 'desk', 'newest', 'ask'];

function isWord(value: Value): value is PolicyWord {
  return words.some((word) => word === value);
}

export function policyList(setting: string | readonly string[]): readonly string[] {
  return typeof setting === 'string' ? [setting] : setting;
}

/** Policies by how they are written; the same text means the same wherever it stands in a sync. */
export type Policies = ReadonlyMap<string, Policy>;

/** Who wins a conflict, in the words of a sync or a field. Reports what says nothing of the kind. */
export function checkPolicies(
  ground: Ground,
  given: readonly string[],
  path: Problem['path'],
  into: Map<string, Policy>,
) {
  given.forEach((text, index) => {
    if (into.has(text)) return;
    const policy = isWord(text) ? text : expressionPolicy(ground, text, given.length === 1 ? path : [...path, index]);
    if (policy !== null) into.set(text, policy);
  });
}

/** What `setting` says, compiled; what was reported is not there. */
export function policiesIn(policies: Policies, setting: string | readonly string[]): readonly Policy[] {
  return policyList(setting).flatMap((text) => policies.get(text) ?? []);
}

const forms =
  "Use crm, desk, newest or ask, a list of them such as [newest, crm], or an expression over both records such as \"crm.Type == 'Partner' ? 'crm' : 'newest'\".";

function expressionPolicy(ground: Ground, text: string, path: Problem['path']): PolicyExpression | null {
  // A single word is a policy that was mistyped, and no expression.
  if (/^\s*[\w-]*\s*$/.test(text)) {
    const fix = didYouMean(text, words, 'policies');
    report(ground, path, `"${text}" does not say who wins a conflict.`, `${fix} ${forms}`);
    return null;
  }
  const language = languageFor(ground, 'crm');
  const made = compiledOver(
    text,
    sides.map((side) => sourceOf(ground, side)),
    contestValues,
    language,
  );
  if (!made.ok) {
    for (const { problem, fix } of made.mistakes) report(ground, path, `the expression ${show(text)} ${problem}.`, fix);
    return null;
  }
  const { program } = made;
  const other = wrongAnswer(program);
  if (other !== null) {
    report(ground, path, `the expression ${show(text)} ${other}, which does not say who wins a conflict.`, forms);
    return null;
  }
  return { text, reads: program.reads, decide: (contest) => decided(text, program, contest) };
}

function sourceOf(ground: Ground, side: (typeof sides)[number]): Source {
  const { known } = ground;
  return {
    side,
    words: objectWords(ground.input, side),
    type: inputOf(ground.input, side).type,
    custom: (name) => known.is === 'standard' && known.custom(name),
  };
}

/** What it may answer that is no policy, as far as that can be told before it runs: its type, and the texts that are written out. */
function wrongAnswer({ celType, ast }: Program): string | null {
  if (!['string', 'dyn', 'null'].includes(celType)) return `gives a ${celWords(celType)}`;
  const wrong = answersOf(ast).find((text) => !isBlank(text.trim()) && !isWord(text.trim()));
  return wrong === undefined ? null : `may answer ${JSON.stringify(wrong)}`;
}

/** The texts at the ends of `a ? b : c`. */
function answersOf(node: ASTNode): readonly string[] {
  if (node.op === '?:') return [...answersOf(node.args[1]), ...answersOf(node.args[2])];
  return node.op === 'value' && typeof node.args === 'string' ? [node.args] : [];
}

function decided(text: string, program: Program, contest: Contest): ReturnType<PolicyExpression['decide']> {
  const { crm, desk, crmValue, deskValue, base } = contest;
  const result = program.run({ crm, desk }, { crmValue, deskValue, base });
  if (!result.ok) return { ok: false, say: result.say };
  const answer = typeof result.value === 'string' ? result.value.trim() : result.value;
  if (isBlank(answer)) return { ok: true, word: null };
  if (isWord(answer)) return { ok: true, word: answer };
  return {
    ok: false,
    say: `The expression ${show(text)} answers ${show(answer)}, which is none of crm, desk, newest and ask`,
  };
}
