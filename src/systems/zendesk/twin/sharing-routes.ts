import { must } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import type { Named } from './desk.ts';
import { type JsonObject, textOf } from './json.ts';
import { idRows, page } from './paging.ts';
import { iso } from './stamps.ts';

/** Agreements with another account to share tickets; the partner's side is nobody's here. Source: Zendesk, "Sharing Agreements". */
export const sharingRoutes: readonly Route[] = [
  { method: 'GET', path: 'sharing_agreements', handle: list, role: 'agent' },
  { method: 'POST', path: 'sharing_agreements', handle: create, role: 'admin' },
  { method: 'GET', path: 'sharing_agreements/:id', handle: show, role: 'agent' },
  { method: 'PUT', path: 'sharing_agreements/:id', handle: update, role: 'admin' },
  { method: 'DELETE', path: 'sharing_agreements/:id', handle: destroy, role: 'admin' },
];

export function agreementBody(named: Named, base: string): JsonObject {
  const url = `${base}/api/v2/sharing_agreements/${named.id}.json`;
  const usual = { type: 'outbound', status: 'pending', partner_name: null, remote_subdomain: '' };
  const stamps = { created_at: iso(named.created), updated_at: iso(named.updated) };
  return { ...usual, ...named.body, url, id: named.id, name: named.name, ...stamps };
}

function agreementOf(call: Call): Named {
  return must(call.account.desk.agreements.get(call.id()));
}

function list(call: Call): Answer {
  const rows = idRows([...call.account.desk.agreements.values()]);
  return ok(page(call, { name: 'sharing_agreements', rows, draw: (one) => agreementBody(one, call.base) }));
}

/** Waits for the partner: a new one is pending until somebody accepts it. */
function create(call: Call): Answer {
  const body = call.wrapped('sharing_agreement');
  const name = textOf(body.name) ?? textOf(body.remote_subdomain) ?? '';
  const named = call.account.desk.putNamed(call.account.desk.agreements, name, body, false, call.account.now);
  const url = `${call.base}/api/v2/sharing_agreements/${named.id}.json`;
  return created({ sharing_agreement: agreementBody(named, call.base) }, url);
}

function show(call: Call): Answer {
  return ok({ sharing_agreement: agreementBody(agreementOf(call), call.base) });
}

function update(call: Call): Answer {
  const before = agreementOf(call);
  const body = { ...before.body, ...call.wrapped('sharing_agreement') };
  const after = { ...before, body, updated: call.account.now };
  call.account.desk.agreements.set(after.id, after);
  return ok({ sharing_agreement: agreementBody(after, call.base) });
}

function destroy(call: Call): Answer {
  call.account.desk.agreements.delete(agreementOf(call).id);
  return nothing;
}
