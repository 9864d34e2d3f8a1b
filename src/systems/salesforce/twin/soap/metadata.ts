import type { JsonObject } from '../../../../twins/json.ts';
import { RowError } from '../errors.ts';
import type { Component, Kind } from '../metadata/kind.ts';
import { inObjects, kindOf, kinds } from '../metadata/kinds.ts';
import { type Deployment, describeDeployment, isDone } from '../metadata/metadata.ts';
import { toValue } from '../metadata/xml-value.ts';
import type { Org } from '../org.ts';
import { toSecond } from '../time.ts';
import type { Writer } from '../writer.ts';
import { type Operation, type Running, SoapFault } from './operation.ts';
import { allOf, child, textOf, type XmlElement, type XmlValue } from './xml.ts';

/** The Metadata API's calls (Metadata API Developer Guide, "Metadata API Calls"), as clients use them to set an org up. */
export const metadataOperations: Readonly<Record<string, Operation>> = {
  createMetadata: (ask, call) =>
    eachComponent(ask, call, (writer, kind, fullName, value) => {
      if (kind.find(writer.org, fullName) !== null && !(kind.name === 'CustomObject' && !fullName.endsWith('__c')))
        throw new RowError('DUPLICATE_DEVELOPER_NAME', `There is already a ${kind.name} named ${fullName}.`, [
          'FullName',
        ]);
      kind.put(writer, fullName, value);
      return {};
    }),
  updateMetadata: (ask, call) =>
    eachComponent(ask, call, (writer, kind, fullName, value) => {
      if (kind.find(writer.org, fullName) === null)
        throw new RowError('INVALID_CROSS_REFERENCE_KEY', `no ${kind.name} named ${fullName} found`, []);
      kind.put(writer, fullName, value);
      return {};
    }),
  upsertMetadata: (ask, call) =>
    eachComponent(ask, call, (writer, kind, fullName, value) => {
      const created = kind.find(writer.org, fullName) === null;
      kind.put(writer, fullName, value);
      return { created };
    }),
  deleteMetadata: (ask, call) => {
    const kind = kindNamed(textOf(call, 'type'));
    const names = limited(allOf(call, 'fullNames'));
    return names.map(({ text }) =>
      oneComponent(ask, text.trim(), (writer) => {
        kind.drop(writer, text.trim());
        return {};
      }),
    );
  },
  readMetadata: ({ api }, call) => {
    const kind = kindNamed(textOf(call, 'type'));
    const found = limited(allOf(call, 'fullNames')).map(({ text }) => kind.find(api.org, text.trim()));
    return { records: found.map((component) => (component === null ? null : showRecord(api.org, kind, component))) };
  },
  listMetadata: ({ api }, call) =>
    allOf(call, 'queries').flatMap((query) => {
      const kind = kindNamed(textOf(query, 'type'));
      return kind.all(api.org).map((component) => showProperties(api.org, kind, component));
    }),
  describeMetadata: () => ({
    metadataObjects: kinds
      .filter(({ directory }) => directory !== null)
      .map(({ name, directory, suffix }) => ({
        childXmlNames: name === 'CustomObject' ? Object.values(inObjects) : undefined,
        directoryName: directory,
        inFolder: false,
        metaFile: false,
        suffix,
        xmlName: name,
      })),
    organizationNamespace: '',
    partialSaveAllowed: true,
    testRequired: false,
  }),
  deploy: (ask, call) => {
    const zip = childLike(call, 'zipfile')?.text.trim() ?? '';
    const options = childLike(call, 'deployoptions');
    const given = options === undefined ? {} : toValue(options);
    return queued(orFault(() => ask.api.metadata.deploy(Buffer.from(zip, 'base64'), given, ask.session.user)));
  },
  deployRecentValidation: (ask, call) =>
    orFault(() => ask.api.metadata.deployValidated(textOf(call, 'validationId') ?? '', ask.session.user)).id,
  checkDeployStatus: (ask, call) =>
    describeDeployment(ask.api.org, deploymentOf(ask, call), textOf(call, 'includeDetails') === 'true'),
  cancelDeploy: (ask, call) => {
    const deployment = deploymentOf(ask, call);
    ask.api.metadata.cancel(deployment);
    return { done: isDone(deployment), id: deployment.id };
  },
};

/** Components in one call. Source: Metadata API Developer Guide, "createMetadata()". */
const mostComponents = 10;

function limited(elements: readonly XmlElement[]): readonly XmlElement[] {
  if (elements.length > mostComponents)
    throw new SoapFault(
      'EXCEEDED_ID_LIMIT',
      `record limit reached. cannot submit more than ${mostComponents} records into this call`,
    );
  return elements;
}

function eachComponent(
  ask: Running,
  call: XmlElement,
  work: (writer: Writer, kind: Kind, fullName: string, value: JsonObject) => { readonly [name: string]: XmlValue },
): XmlValue {
  return limited(allOf(call, 'metadata')).map((element) => {
    const type = (element.attributes.type ?? '').replace(/^.*:/, '');
    const kind = kindNamed(type);
    const fullName = textOf(element, 'fullName') ?? '';
    return oneComponent(ask, fullName, (writer) => {
      if (fullName === '')
        throw new RowError('REQUIRED_FIELD_MISSING', 'Required field is missing: fullName', ['fullName']);
      const value = toValue(
        element,
        new Set(['fullName', ...(kind.name === 'CustomObject' ? Object.keys(inObjects) : [])]),
      );
      const answer = work(writer, kind, fullName, value);
      if (kind.name === 'CustomObject') putChildren(writer, fullName, element);
      return answer;
    });
  });
}

/** Fields and record types that come inside their object. */
function putChildren(writer: Writer, parent: string, element: XmlElement): void {
  for (const [name, kindName] of Object.entries(inObjects)) {
    for (const one of allOf(element, name))
      kindOf(kindName)?.put(writer, `${parent}.${textOf(one, 'fullName') ?? ''}`, toValue(one));
  }
}

/** Each component for itself: one that fails leaves the others alone. */
function oneComponent(
  { api, transaction, session }: Running,
  fullName: string,
  work: (writer: Writer) => { readonly [name: string]: XmlValue },
): { readonly [name: string]: XmlValue } {
  const { org } = api;
  const restore = org.schema.snapshot();
  const mark = transaction.mark();
  const common = { trusted: true, allowDuplicates: true, refuse: () => null };
  try {
    const more = work({ org, transaction, user: session.user, at: toSecond(org.clock.now()), ...common });
    return { ...more, fullName, success: true };
  } catch (error) {
    transaction.rollback(mark);
    restore();
    if (!(error instanceof RowError)) throw error;
    const { code, message, fields } = error;
    return { errors: { fields: fields ?? [], message, statusCode: code }, fullName, success: false };
  }
}

function kindNamed(name: string | undefined): Kind {
  const kind = kindOf(name ?? '');
  if (kind === undefined)
    throw new SoapFault('INVALID_TYPE', `This type of metadata is not available for this organization: ${name ?? ''}`);
  return kind;
}

function showRecord(org: Org, kind: Kind, { fullName, value }: Component): XmlValue {
  const inside = kind.name === 'CustomObject' ? childrenOf(org, fullName) : {};
  return { '@xsi:type': kind.name, fullName, ...inside, ...value };
}

function childrenOf(org: Org, parent: string): { readonly [name: string]: XmlValue } {
  const entries = Object.entries(inObjects).map(([element, name]) => {
    const own =
      kindOf(name)
        ?.all(org)
        .filter(({ fullName }) => fullName.startsWith(`${parent}.`)) ?? [];
    return [element, own.map(({ fullName, value }) => ({ fullName: fullName.slice(parent.length + 1), ...value }))];
  });
  return Object.fromEntries(entries);
}

function showProperties(org: Org, kind: Kind, { fullName, row }: Component): XmlValue {
  const date = (ms: number): string => new Date(ms).toISOString();
  const name = (id: string): string => String(org.store.visible('User', id)?.values.Name ?? '');
  const file =
    kind.directory === null
      ? `objects/${fullName.split('.')[0]}.object`
      : `${kind.directory}/${fullName}.${kind.suffix}`;
  return {
    createdById: row.createdBy,
    createdByName: name(row.createdBy),
    createdDate: date(row.createdAt),
    fileName: file,
    fullName,
    id: row.id,
    lastModifiedById: row.modifiedBy,
    lastModifiedByName: name(row.modifiedBy),
    lastModifiedDate: date(row.modifiedAt),
    manageableState: 'unmanaged',
    type: kind.name,
  };
}

function queued({ id }: Deployment): XmlValue {
  return { done: false, id, state: 'Queued' };
}

function deploymentOf({ api }: Running, call: XmlElement): Deployment {
  const id = textOf(call, 'asyncProcessId') ?? textOf(call, 'id') ?? textOf(child(call, 'String'), 'id') ?? '';
  const deployment = api.metadata.find(id);
  if (deployment === undefined) throw new SoapFault('INVALID_ID_FIELD', `No deployment with the id ${id}`);
  return deployment;
}

/** Clients write the names of these as they please. */
function childLike(call: XmlElement, name: string): XmlElement | undefined {
  return call.children.find((one) => one.name.toLowerCase() === name);
}

function orFault(start: () => Deployment): Deployment {
  try {
    return start();
  } catch (error) {
    if (error instanceof RowError) throw new SoapFault(error.code, error.message);
    throw error;
  }
}
