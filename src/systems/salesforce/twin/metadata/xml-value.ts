import type { Json, JsonObject } from '../../../../twins/json.ts';
import type { XmlElement } from '../soap/xml.ts';

/** What metadata is in XML, as JSON: `true` and numbers as such where the vendor's types say so, several of a name as a list. */
export function toValue(element: XmlElement, without: ReadonlySet<string> = new Set(['fullName'])): JsonObject {
  const value: Record<string, Json> = {};
  for (const child of element.children) {
    if (without.has(child.name)) continue;
    const one = child.children.length > 0 ? toValue(child, new Set()) : leaf(child);
    const before = Object.hasOwn(value, child.name) ? value[child.name] : undefined;
    const isMore = before !== undefined || lists.has(child.name);
    Object.defineProperty(value, child.name, {
      value: isMore ? [...(Array.isArray(before) ? before : before === undefined ? [] : [before]), one] : one,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return value;
}

/** Always a list, though there may be one. */
const lists = new Set([
  'value',
  'fieldPermissions',
  'objectPermissions',
  'recordTypeVisibilities',
  'picklistValues',
  'values',
]);
/** Words of people, whatever they look like. */
const words = new Set(['label', 'pluralLabel', 'description', 'inlineHelpText', 'relationshipLabel', 'defaultValue']);
const numbers = new Set(['length', 'precision', 'scale', 'visibleLines', 'startingNumber', 'relationshipOrder']);

function leaf({ name, text, attributes }: XmlElement): Json {
  const trimmed = text.trim();
  if (attributes.nil === 'true') return null;
  if (words.has(name)) return trimmed;
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  if (numbers.has(name) && trimmed !== '' && Number.isFinite(Number(trimmed))) return Number(trimmed);
  return trimmed;
}
