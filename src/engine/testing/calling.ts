import type { Pointing, Rule, SyncSetup } from '../../model/sync.ts';
import { textRule } from '../testing.ts';
import { pointerRule, type Town } from './town.ts';

/**
 * Users stand in for tickets: they point to organizations, and their twins to accounts. Accounts have a sync of their own, which flows the
 * other way; `standing`: how that one stands itself.
 */
export const standings = ['on', 'paused', 'referenced', 'for links alone'] as const;
export type Standing = (typeof standings)[number];

export function callingSyncs(
  town: Town,
  standing: Standing,
  pointing: Partial<Pointing> = {},
  more: Partial<SyncSetup> = {},
): readonly SyncSetup[] {
  const direction = 'desk-to-crm';
  const pointer = pointerRule('accounts', direction, { summons: true, ...pointing });
  const tickets = town.contactsSync({ direction, create: ['crm'], update: ['crm'] }, pointer);
  const isForLinks = standing === 'for links alone';
  const accounts = town.accountsSync({
    direction: 'crm-to-desk',
    create: isForLinks ? [] : ['desk'],
    update: isForLinks ? [] : ['desk'],
    mode: isForLinks || standing === 'referenced' ? 'referenced' : 'all',
    ...more,
  });
  return [tickets, { ...accounts, backwards: { crm: accounts.rules.map(turned) } }];
}

/** A rule of text, read the other way: by id and hash it is the same. */
function turned(rule: Rule): Rule {
  return { ...textRule(rule.crm, 'desk-to-crm'), id: rule.id, hash: rule.hash };
}
