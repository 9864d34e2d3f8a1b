import type { HoldEntry } from '../../src/app/app.ts';
import type { Service } from '../../src/app/service.ts';
import type { Answer } from '../../src/model/hold.ts';
import type { Company } from './company.ts';
import { hideable } from './gaps.ts';
import { rulesChanges } from './rules.ts';

/** What whoever runs Syncline does in a story: two things or three of these, at their rounds. */
type Act = (company: Company, service: Service) => Promise<void>;

const everything = { limit: 10_000 };

/** Answers what is held with something that the hold offers, for always where it may be so and chance wants it. */
const answer: Act = async (company, service) => {
  const holds = (await service.holds(everything)).filter(({ why, offers }) => offers.length > 0 && why !== 'unsure');
  for (let count = 1 + company.upTo(3); count > 0; count--) {
    const [hold] = holds.splice(company.upTo(holds.length), 1);
    if (hold) await say(company, service, hold, holds);
  }
};

async function say(company: Company, service: Service, hold: HoldEntry, others: readonly HoldEntry[]): Promise<void> {
  const offer = company.pick(hold.offers);
  if (!offer) return;
  const always = offer.always && company.happens(0.3) ? { always: true as const } : {};
  const word: Answer | null =
    offer.say === 'value'
      ? typeof hold.values.crm === 'string'
        ? { say: 'value', value: valueFor(company, hold), ...always }
        : null
      : offer.say === 'candidate'
        ? { say: 'candidate', id: offer.id ?? '', ...always }
        : { say: offer.say, ...always };
  if (!word) return;
  company.tell(`answers ${hold.why} ${hold.field ?? ''} of ${hold.crm?.id ?? hold.desk?.id}: ${JSON.stringify(word)}`);
  const { answered } = await service.answer(hold.id, word);
  if (!answered) return;
  company.counts.words += 1;
  const isAlways = word.always === true && hold.why !== 'brake';
  const { sync, link, field } = hold;
  const records = [hold.crm?.id, hold.desk?.id].flatMap((id) => id ?? []);
  company.words.push({ at: company.journey.world.now(), sync, link, records, field, say: word.say, isAlways });
  if (word.say !== 'go') return;
  // Of a brake, for always is this wave, as it is held now.
  const wave = word.always ? others.filter((each) => each.why === 'brake') : [];
  for (const each of [hold, ...wave])
    for (const id of [each.crm?.id, each.desk?.id]) if (id !== undefined) company.allowed.add(id);
}

function valueFor(company: Company, { field }: HoldEntry): string {
  return field?.startsWith('AccountNumber ') ? company.grade('x') : company.text('Firm');
}

/** A run or one record is undone, as far as nobody has touched it since. */
const undo: Act = async (company, service) => {
  const rows = (await service.history(everything)).filter(({ outcome, cause }) => outcome === 'ok' && cause !== 'undo');
  const row = company.pick(rows.slice(0, 30));
  if (!row) return;
  const scope = company.happens(0.6) ? { run: row.run } : { link: row.link };
  company.hasUndone = true;
  company.tell(`undoes ${JSON.stringify(scope)}`);
  const { left, syncs } = await service.undo(scope);
  company.tell(`undone: ${JSON.stringify({ syncs, left: left.map(({ why }) => why) }).slice(0, 400)}`);
};

const sweep: Act = async (company, service) => {
  company.tell('sweeps');
  company.tell(`swept: ${JSON.stringify((await service.sweep({ syncs: [] })).syncs).slice(0, 300)}`);
};

const pause: Act = async (company, service) => {
  const what = company.pick([
    { kind: 'sync', name: company.configuration.tickets ? 'tickets' : 'accounts' },
    { kind: 'connection', name: 'support' },
    { kind: 'connection', name: 'sales' },
  ] as const);
  if (!what) return;
  company.tell(`pauses ${JSON.stringify(what)}`);
  await service.pause(what);
  company.later.push({
    rounds: 1 + company.upTo(2),
    what: `resumes ${JSON.stringify(what)}`,
    act: (again) => again.resume(what),
  });
};

/** An administrator of Salesforce takes a field from our user, and gives it back. */
const hideField: Act = async (company) => {
  if (company.configuration.kinds.includes('user')) return;
  const put = (hiddenFields: readonly string[]) =>
    company.journey.control('sales', 'PUT', 'settings', { hiddenFields }).then(() => undefined);
  company.tell(`hides the field ${hideable}`);
  await put([`Account.${hideable}`]);
  company.isThawed = true;
  company.later.push({ rounds: 1 + company.upTo(2), what: 'shows the field again', act: () => put([]) });
};

const changeRules: Act = async (company) => {
  const change = company.pick(
    rulesChanges.filter(({ fits }) => !company.configuration.tickets && fits(company.configuration)),
  );
  if (!change) return;
  company.tell(`changes the rules: ${change.says}`);
  company.configuration = change.make(company.configuration);
  company.rulesChangedAt = company.journey.world.now();
  await company.configure();
};

const acts: Readonly<Record<string, Act>> = { answer, undo, sweep, pause, hideField, changeRules };
const names = ['answer', 'answer', 'answer', 'undo', 'sweep', 'pause', 'hideField', 'changeRules'];

/** What is done by hand, and when. */
export class Ours {
  readonly #company: Company;
  readonly #alone: (work: (service: Service) => Promise<void>) => Promise<void>;
  readonly #plan: readonly { readonly round: number; readonly name: string }[];

  /** `alone`: one command of its own; what it cannot do it says. */
  constructor(company: Company, rounds: number, alone: (work: (service: Service) => Promise<void>) => Promise<void>) {
    this.#company = company;
    this.#alone = alone;
    // Before the third round there is little to be said about anything.
    this.#plan = Array.from({ length: 2 + company.upTo(2) }, () => ({
      round: 2 + company.upTo(rounds - 2),
      name: company.pick(names) ?? 'answer',
    }));
  }

  async round(round: number): Promise<void> {
    await this.#later(1);
    for (const { name } of this.#plan.filter((each) => each.round === round)) {
      this.#company.counts.ours += 1;
      await this.#alone(async (service) => acts[name]?.(this.#company, service));
    }
  }

  /** Whatever was to last for a while is over. */
  end(): Promise<void> {
    return this.#later(Number.POSITIVE_INFINITY);
  }

  async #later(rounds: number): Promise<void> {
    const { later } = this.#company;
    for (const each of later.splice(0)) {
      const left = each.rounds - rounds;
      if (left > 0) later.push({ ...each, rounds: left });
      else {
        this.#company.tell(each.what);
        await this.#alone(each.act);
      }
    }
  }
}
