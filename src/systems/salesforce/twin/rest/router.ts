import { UnknownRoute } from '../errors.ts';
import { deployRequest } from '../metadata/rest.ts';
import { type Answer, basePath, type Call } from './call.ts';
import { collections, collectionsOfType } from './collections.ts';
import { batch, composite, graphs } from './composite.ts';
import { basicDescribe, fullDescribe, globalDescribe } from './describe.ts';
import { limits, recordCount } from './limits.ts';
import { query, toolingQuery } from './query.ts';
import { replication } from './replication.ts';
import { createRow, notAllowed, rowById, rowByKey } from './rows.ts';
import { parameterizedSearch, search } from './search.ts';
import { toolingFields } from './tooling.ts';
import { tree } from './tree.ts';
import { picklistValues } from './ui-api.ts';

/** The REST resources below `/services/data/vXX.X`; names of resources do not mind case. Throws ApiError. */
export function route(call: Call): Answer {
  const answer = call.method === 'GET' ? call.transaction.peek(() => routeAny(call)) : routeAny(call);
  if (answer === null) throw new UnknownRoute();
  return answer;
}

function routeAny(call: Call): Answer | null {
  const [first = '', second, third, fourth] = call.path;
  switch (first.toLowerCase()) {
    case '':
      return resources(call);
    case 'sobjects':
      if (second === undefined) return only(call, 'GET', globalDescribe);
      if (third === undefined)
        return call.method === 'POST' ? createRow(call) : only(call, 'GET', basicDescribe, 'GET,HEAD,POST');
      if (third.toLowerCase() === 'describe') return fourth === undefined ? only(call, 'GET', fullDescribe) : null;
      if (fourth === undefined && /^(updated|deleted)$/i.test(third)) return only(call, 'GET', replication);
      return fourth === undefined ? rowById(call) : rowByKey(call);
    case 'query':
    case 'queryall':
      return query(call);
    case 'search':
      return second === undefined ? search(call) : null;
    case 'parameterizedsearch':
      return call.transaction.peek(() => parameterizedSearch(call));
    case 'composite':
      return routeComposite(call);
    case 'limits':
      if (second === undefined) return only(call, 'GET', limits);
      return second.toLowerCase() === 'recordcount' ? only(call, 'GET', recordCount) : null;
    case 'jobs':
      return call.api.bulk.handle(call);
    case 'metadata':
      return second?.toLowerCase() === 'deployrequest' && fourth === undefined ? deployRequest(call) : null;
    case 'ui-api':
      return only(call, 'GET', (one) => {
        const answer = picklistValues(one);
        if (answer === null) throw new UnknownRoute();
        return answer;
      });
    case 'tooling':
      if (second?.toLowerCase() === 'query') return toolingQuery(call);
      return second?.toLowerCase() === 'sobjects' ? toolingFields(call) : null;
    default:
      return null;
  }
}

function routeComposite(call: Call): Answer | null {
  switch (call.path[1]?.toLowerCase()) {
    case undefined:
      return only(call, 'POST', (one) => composite(one, route));
    case 'sobjects':
      if (call.path[2] === undefined) return collections(call);
      // A retrieve by POST only reads.
      return call.method === 'POST' ? call.transaction.peek(() => collectionsOfType(call)) : collectionsOfType(call);
    case 'graph':
      return only(call, 'POST', (one) => graphs(one, route));
    case 'batch':
      return only(call, 'POST', (one) => batch(one, route));
    case 'tree':
      return only(call, 'POST', tree);
    default:
      return null;
  }
}

function only(
  call: Call,
  method: string,
  handler: (call: Call) => Answer,
  allowed = method === 'GET' ? 'GET,HEAD' : method,
): Answer {
  if (call.method !== method) throw notAllowed(call.method, allowed);
  return handler(call);
}

const names = [
  ...['sobjects', 'query', 'queryAll', 'composite', 'limits', 'jobs', 'metadata', 'tooling', 'search'],
  ...['parameterizedSearch', 'recent'],
];

function resources(call: Call): Answer {
  const { organization } = call.api.org.people;
  const paths = Object.fromEntries(names.map((name) => [name, `${basePath(call)}/${name}`]));
  return { status: 200, body: { ...paths, identity: `${call.address}/id/${organization}/${call.user}` } };
}
