import type { Row } from '../journeys/harness.ts';
import type { Configuration } from './configurations.ts';
import { plainly } from './flows.ts';

/** A change of the config in the middle of a story, in both its words and the model's. */
interface RulesChange {
  readonly says: string;
  fits(configuration: Configuration): boolean;
  make(configuration: Configuration): Configuration;
}

const isAlone = ({ pairs }: Configuration): boolean => pairs.length === 1;
const isTwoWay = ({ pairs }: Configuration): boolean => pairs.every((pair) => pair.isTwoWay);
const hasDescription = ({ pairs }: Configuration): boolean =>
  pairs.every(({ flows }) => flows.some(({ crm }) => crm === 'Description'));

function fieldsOf({ accounts }: Configuration): readonly Row[] {
  const { fields } = accounts;
  return Array.isArray(fields) ? fields : [];
}

export const rulesChanges: readonly RulesChange[] = [
  {
    says: 'another conflict policy',
    fits: isTwoWay,
    make: (configuration) => {
      const [was] = configuration.pairs;
      const policy = was?.policy === 'crm' ? 'newest' : 'crm';
      return {
        ...configuration,
        accounts: { ...configuration.accounts, conflict: [policy] },
        // Whose edit wins depends on when it was carried.
        pairs: configuration.pairs.map((pair) => ({ ...pair, policy: 'mixed' })),
        conflicts: true,
      };
    },
  },
  {
    says: 'descriptions go one way',
    fits: (configuration) => isTwoWay(configuration) && hasDescription(configuration),
    make: (configuration) => ({
      ...configuration,
      accounts: {
        ...configuration.accounts,
        fields: fieldsOf(configuration).map((field) =>
          field.crm === 'Description' ? { ...field, direction: 'crm-to-desk' } : field,
        ),
      },
      pairs: configuration.pairs.map((pair) => ({
        ...pair,
        flows: pair.flows.map((flow) => (flow.crm === 'Description' ? { ...flow, isTwoWay: false } : flow)),
      })),
    }),
  },
  {
    says: 'descriptions flow no more',
    fits: (configuration) => isAlone(configuration) && hasDescription(configuration),
    make: (configuration) => ({
      ...configuration,
      accounts: {
        ...configuration.accounts,
        fields: fieldsOf(configuration).filter(({ crm }) => crm !== 'Description'),
      },
      pairs: configuration.pairs.map((pair) => ({
        ...pair,
        flows: pair.flows.filter(({ crm }) => crm !== 'Description'),
      })),
    }),
  },
  {
    says: 'industries flow into notes',
    fits: (configuration) =>
      isAlone(configuration) &&
      configuration.pairs.every(
        ({ flows, without }) => without === null && flows.every(({ crm }) => crm !== 'Industry'),
      ),
    make: (configuration) => ({
      ...configuration,
      accounts: {
        ...configuration.accounts,
        fields: [...fieldsOf(configuration), { crm: 'Industry', desk: 'notes', direction: 'crm-to-desk' }],
      },
      pairs: configuration.pairs.map((pair) => ({
        ...pair,
        flows: [...pair.flows, { crm: 'Industry', desk: 'notes', isTwoWay: false, equal: plainly }],
      })),
    }),
  },
];
