import { resources } from './resource.ts';

/** The words of the back office's pages for the objects; its API uses their names. */
const pages: ReadonlyMap<string, string> = new Map([
  ['account', 'accounts'],
  ['contact', 'contacts'],
  ['case', 'cases'],
  ['user', 'users'],
]);

/**
 * The record that an address leads to, as people copy it from their browser or from an API answer: `…/contact/view/12`,
 * `…/admin/case/view/3?restore=1`, `…/api/accounts/12`. null where it leads to no record that Syncline knows. Whose installation it is
 * is told by the host, which is not looked at here.
 */
export function recordAt(address: string): { readonly object: string; readonly id: string } | null {
  const [path = ''] = address.split(/[?#]/);
  const [, page = '', pageId] = path.match(/\/([a-z]+)\/(?:view|update)\/(\d+)\/?$/) ?? [];
  const [, type, typeId] = path.match(/\/api\/([a-z]+)\/(\d+)(?:\/.*)?$/) ?? [];
  const object = pages.get(page) ?? resources.find((one) => one.object === type)?.object;
  const id = pageId ?? typeId;
  return object === undefined || id === undefined ? null : { object, id };
}
