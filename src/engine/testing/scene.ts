import { other, type Side } from '../../model/record.ts';
import type { Direction, Pointing, SyncSetup } from '../../model/sync.ts';
import type { PassOptions } from '../pass.ts';
import { pointerRule, Town } from './town.ts';

/**
 * Every way in which a record can stand to the one that it points to. What must come of each at rest: an optional reference never stops its
 * record, a required one holds it, nobody is written twice for a parent that was made in the same run, and once the parent is mended the
 * reference is there.
 */
export const kinds = [
  'whole',
  'new',
  'by job',
  'outside the filter',
  'ambiguous',
  'refused',
  'failing',
  'not created',
  'only watched',
  'gone',
  'paused',
  'of another run',
  'without a sync',
  'unknown',
] as const;
export type Kind = (typeof kinds)[number];
export const soon: readonly Kind[] = ['whole', 'new', 'by job'];
export const cannotBeMended: readonly Kind[] = ['gone', 'unknown'];

export interface Case {
  readonly kind: Kind;
  readonly source: Side;
  readonly direction: Direction;
  readonly required: boolean;
  /** What the record's twin has before: none yet, no reference, or one to an older parent. */
  readonly before: 'no twin' | 'no reference' | 'another parent';
}

/** Contacts and accounts, or users and organizations: the side from which the references come, whichever that is. */
export class Scene {
  readonly town = new Town();
  readonly how: Case;
  readonly #more: Partial<Pointing>;

  constructor(how: Case, more: Partial<Pointing> = {}) {
    this.how = how;
    this.#more = more;
  }

  parents(side: Side) {
    return side === 'crm' ? this.town.accounts : this.town.organizations;
  }

  children(side: Side) {
    return side === 'crm' ? this.town.contacts : this.town.users;
  }

  get target(): Side {
    return other(this.how.source);
  }

  accounts(more: Partial<SyncSetup> = {}): SyncSetup {
    return this.town.accountsSync({ direction: this.how.direction, ...more });
  }

  contacts(): SyncSetup {
    const { direction, required } = this.how;
    const needed = { crm: required && this.target === 'crm', desk: required && this.target === 'desk' };
    return this.town.contactsSync({ direction }, pointerRule('accounts', direction, this.#more, { required: needed }));
  }

  /** The syncs as they are while the parent is in trouble, children first on purpose. */
  troubled(): readonly SyncSetup[] {
    const { kind } = this.how;
    if (kind === 'without a sync') return [this.contacts()];
    if (kind === 'only watched') return [this.contacts(), this.accounts({ mode: 'watch' })];
    if (kind === 'not created') return [this.contacts(), this.accounts({ create: [] })];
    return [this.contacts(), this.accounts()];
  }

  whole(): readonly SyncSetup[] {
    return [this.contacts(), this.accounts()];
  }

  options(): PassOptions {
    return this.how.kind === 'of another run' ? { only: ['contacts'] } : {};
  }

  /** A parent in that trouble; answers its id. */
  async trouble(): Promise<string> {
    const { kind, source } = this.how;
    const [here, there] = [this.parents(source), this.parents(this.target)];
    if (kind === 'unknown') return `${here.name}-999999`;
    const id = here.add({ name: 'Acme', plan: kind === 'outside the filter' ? 'outside' : null, note: 'n' });
    if (kind === 'whole') await this.town.run(this.whole());
    if (kind === 'by job') {
      there.jobMs = 4000;
      here.add({ name: 'Beta', plan: null, note: 'n' });
    }
    if (kind === 'ambiguous') {
      here.add({ name: 'Acme', plan: null, note: 'n' });
      there.add({ name: 'Acme', plan: null, note: 'n' });
    }
    if (kind === 'refused') there.refused.set('name', 'Acme');
    if (kind === 'failing')
      for (let i = 0; i < 1000; i++) there.faults.push({ applied: false, fault: { kind: 'later', say: 'busy' } });
    if (kind === 'gone') here.remove(id);
    if (kind === 'paused') await this.town.store.setPaused({ kind: 'sync', name: 'accounts' }, true);
    return id;
  }

  async mend(parent: string): Promise<void> {
    const { kind, source } = this.how;
    const [here, there] = [this.parents(source), this.parents(this.target)];
    if (kind === 'outside the filter') here.edit(parent, { plan: null });
    if (kind === 'ambiguous') {
      const [namesake] = [...here.records.keys()].filter((id) => id !== parent && here.get(id)?.name === 'Acme');
      here.remove(namesake ?? '');
    }
    if (kind === 'refused') {
      there.refused.clear();
      await this.town.store.retry(null, this.town.world.now());
    }
    if (kind === 'failing') there.faults.splice(0);
    if (kind === 'paused') await this.town.store.setPaused({ kind: 'sync', name: 'accounts' }, false);
    if (kind === 'not created' || kind === 'only watched')
      await this.town.store.allDue('accounts', this.town.world.now());
  }

  /** The record that points; with a twin before, where the case says so. */
  async child(): Promise<string> {
    const { before, source } = this.how;
    if (before === 'no twin') return this.children(source).add({ name: 'Ann', note: 'n', plan: null });
    const old = before === 'another parent' ? this.parents(source).add({ name: 'Old', note: 'n', plan: null }) : null;
    const fields = old === null && this.how.required ? {} : { parent: old };
    const child = this.children(source).add({ name: 'Ann', note: 'n', plan: null, ...fields });
    await this.town.rest(this.whole());
    return child;
  }

  point(child: string, parent: string | null): void {
    this.children(this.how.source).edit(child, { parent });
  }

  /** What stands at the other side, and what is said of it. */
  async state(child: string) {
    const twin = await this.town.twin(this.contacts(), this.how.source, child);
    const parent = twin === null ? null : (this.children(this.target).get(twin)?.parent ?? null);
    const { links, due, failed, inFlight } = await this.town.store.counts('contacts', this.town.world.now());
    const holds = (await this.town.store.holds({ sync: 'contacts' })).map(({ why, field }) => `${why} ${field ?? ''}`);
    return { twin: twin !== null, parent, holds, links, due, failed, inFlight };
  }

  async twinOf(parent: string): Promise<string | null> {
    return this.town.twin(this.accounts(), this.how.source, parent);
  }
}
