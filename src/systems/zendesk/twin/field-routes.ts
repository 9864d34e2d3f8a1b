import { must } from './bulk.ts';
import { type Answer, type Call, created, nothing, ok, type Route } from './call.ts';
import { type FieldBook, optionBody, profileFieldBody } from './field-book.ts';
import { listOf } from './json.ts';
import { listRows, page } from './paging.ts';
import type { FieldDefinition } from './records.ts';

/** Custom fields of users and of organizations: the same endpoints twice. Source: Zendesk, "User Fields", "Organization Fields". */
export const fieldRoutes: readonly Route[] = [...routesOf('user'), ...routesOf('organization')];

const fieldKeys: ReadonlySet<string> = new Set([
  'id',
  'key',
  'type',
  'title',
  'raw_title',
  'description',
  'raw_description',
  'position',
  'active',
  'regexp_for_validation',
  'tag',
  'custom_field_options',
  'relationship_target_type',
  'relationship_filter',
]);

function routesOf(noun: 'user' | 'organization'): readonly Route[] {
  const singular = `${noun}_field`;
  const plural = `${noun}_fields`;
  const reader = { role: 'agent' } as const;
  const writer = { role: 'admin' } as const;
  const book = (call: Call): FieldBook => call.account.fields[noun];
  const found = (call: Call): FieldDefinition => must(book(call).find(call.params.id ?? ''));
  const urlOf = (call: Call, field: FieldDefinition): string => `${call.base}/api/v2/${plural}/${field.id}.json`;
  const one = (call: Call, field: FieldDefinition) => ({ [singular]: profileFieldBody(field, urlOf(call, field)) });

  const list = (call: Call): Answer => {
    const rows = listRows(book(call).all, 'position,id', (field) => [field.position, field.id]);
    return ok(page(call, { name: plural, rows, draw: (field) => profileFieldBody(field, urlOf(call, field)) }));
  };
  const create = (call: Call): Answer => {
    const body = call.wrapped(singular);
    call.permit(singular, body, fieldKeys);
    const field = book(call).create(body, call.account.now);
    return created(one(call, field), urlOf(call, field));
  };
  const update = (call: Call): Answer => {
    const body = call.wrapped(singular);
    call.permit(singular, body, fieldKeys);
    return ok(one(call, book(call).update(found(call), body, call.account.now)));
  };
  const destroy = (call: Call): Answer => {
    book(call).remove(found(call));
    return nothing;
  };
  const reorder = (call: Call): Answer => {
    book(call).reorder(listOf(call.body[`${singular}_ids`]) ?? [], call.account.now);
    return ok({});
  };
  const options = (call: Call): Answer => {
    const rows = listRows(found(call).options, 'id', (option) => [option.id]);
    return ok(page(call, { name: 'custom_field_options', rows, draw: optionBody }));
  };
  const option = (call: Call): Answer => {
    const id = call.id('option');
    return ok({ custom_field_option: optionBody(must(found(call).options.find((known) => known.id === id))) });
  };
  const upsertOption = (call: Call): Answer => {
    const body = call.wrapped('custom_field_option');
    const field = found(call);
    const upserted = book(call).upsertOption(field, body, call.account.now);
    const url = `${call.base}/api/v2/${plural}/${field.id}/options/${upserted.option.id}.json`;
    const answer = { custom_field_option: optionBody(upserted.option) };
    return upserted.isNew ? created(answer, url) : ok(answer);
  };
  const destroyOption = (call: Call): Answer => {
    must(book(call).removeOption(found(call), call.id('option'), call.account.now) || undefined);
    return nothing;
  };

  return [
    { method: 'GET', path: plural, handle: list, ...reader },
    { method: 'POST', path: plural, handle: create, ...writer },
    { method: 'PUT', path: `${plural}/reorder`, handle: reorder, ...writer },
    { method: 'GET', path: `${plural}/:id`, handle: (call) => ok(one(call, found(call))), ...reader },
    { method: 'PUT', path: `${plural}/:id`, handle: update, ...writer },
    { method: 'DELETE', path: `${plural}/:id`, handle: destroy, ...writer },
    { method: 'GET', path: `${plural}/:id/options`, handle: options, ...reader },
    { method: 'POST', path: `${plural}/:id/options`, handle: upsertOption, ...writer },
    { method: 'GET', path: `${plural}/:id/options/:option`, handle: option, ...reader },
    { method: 'DELETE', path: `${plural}/:id/options/:option`, handle: destroyOption, ...writer },
  ];
}
