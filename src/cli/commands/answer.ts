import { z } from 'zod';
import type { App } from '../../app/app.ts';
import { type Answer, answerWords } from '../../model/hold.ts';
import type { Value } from '../../model/value.ts';
import { value } from '../../server/reports.ts';
import { defineCommand } from '../define.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { printResult, withApp } from '../with-app.ts';

const word = z.enum(answerWords);

export const answer = defineCommand({
  name: 'answer',
  arguments: '<hold> [word]',
  summary: 'say what becomes of a hold',
  description:
    'Words: crm or desk (take that side’s value), skip (leave it as it is), go (let it pass), create (create a new record). Or --candidate with the id of the record that it is, or --value with the value for both sides: a text as it stands, and JSON where the held values are numbers, check boxes or lists. `holds` shows what each hold takes. With --always the answer stands: every such hold of the same sync, reason and field is answered like this from now on, of a refused value every hold of that very value. `answers` lists what stands, and forgets it.',
  examples: [
    ['answer 01jd3w8k2m4n6p8q0r2s4t crm', 'the CRM’s value wins'],
    ['answer 01jd3w8k2m4n6p8q0r2s4t --candidate 4711', 'it is the organization 4711'],
    ['answer 01jd3w8k2m4n6p8q0r2s4t crm --always', 'the CRM’s value wins wherever this field would wait for a person'],
  ],
  needs: 'app',
  options: (command) =>
    command
      .option('--candidate <id>', 'link it with this record')
      .option('--value <value>', 'give both sides this value')
      .option('--always', 'answer every such hold like this from now on'),
  schema: z.object({
    candidate: z.string().min(1, 'give an id').optional(),
    value: z.string().optional(),
    always: z.boolean().default(false),
  }),
  async act(cli, common, typed, [hold = '', said]) {
    const given = [said, typed.candidate, typed.value].filter((one) => one !== undefined);
    if (given.length !== 1)
      throw new UsageError('give one answer: crm, desk, skip, go, create, --candidate ID or --value V');
    const known = word.safeParse(said);
    if (said !== undefined && !known.success)
      throw new UsageError(`${said} is no answer: give crm, desk, skip, go or create`);
    const report = await withApp(cli, common, 'answer', async (app) => {
      const standing = typed.always ? ({ always: true } as const) : {};
      if (known.success) return app.answer(hold, { say: known.data, ...standing });
      const saying: Answer =
        typed.candidate !== undefined
          ? { say: 'candidate', id: typed.candidate }
          : { say: 'value', value: await typedValue(app, hold, typed.value ?? '') };
      return app.answer(hold, { ...saying, ...standing });
    });
    printResult(cli, common, report, () =>
      report.answered
        ? typed.always
          ? 'Answered for always; every record that was held for this is due and follows it in the next pass.\n'
          : 'Answered; the record is due and follows it in the next pass.\n'
        : '',
    );
    if (!report.answered)
      cli.shell.stderr.write(`There is no hold ${hold} any more: it was answered, or its reason is gone.\n`);
    return report.answered ? exitCodes.ok : exitCodes.failed;
  },
});

/**
 * A text is taken as it was typed, so that "42" can be the name of a company. Where the held values are something else, what was typed
 * is read as JSON: 42, true, null, ["a","b"].
 */
async function typedValue(app: App, id: string, text: string): Promise<Value> {
  const [entry] = await app.holds({ hold: id });
  const held = entry === undefined ? [] : [entry.values.crm, entry.values.desk, entry.values.base];
  if (held.every((one) => one === null || typeof one === 'string')) return text;
  try {
    return value.parse(JSON.parse(text));
  } catch {
    throw new UsageError(
      `option --value: the held values are no texts, so give JSON, such as 42, true, null or '["a","b"]'`,
    );
  }
}
