import { z } from 'zod';
import { didYouMean, listed } from '../../mapping/problem.ts';
import type { System } from '../../systems/kit/system.ts';
import { explain } from './explain.ts';
import type { Config, ConnectionConfig } from './schema.ts';
import type { Path } from './source.ts';

type Add = (path: Path, problem: string, fix: string) => void;

/** Connections: a system that there is, an address where one is needed, a way to log in that the system knows. No value is repeated. */
export function checkConnections(config: Config, systems: readonly System[], add: Add): void {
  for (const [name, connection] of Object.entries(config.connections)) {
    const system = systems.find((one) => one.name === connection.system);
    if (system === undefined)
      add(
        ['connections', name, 'system'],
        `Connection ${name}: there is no system "${connection.system}" in this version.`,
        didYouMean(
          connection.system,
          systems.map((one) => one.name),
          'systems',
        ),
      );
    else checkConnection(name, connection, system, add);
  }
}

function checkConnection(name: string, connection: ConnectionConfig, system: System, add: Add): void {
  const at: Path = ['connections', name];
  const environment = connection.environment ?? 'production';
  if (connection.url === undefined && system.hosts[environment] === null)
    add(
      at,
      `Connection ${name}: ${system.label} needs the account's own address.`,
      'Add url, such as url: https://acme.example.com.',
    );
  const types = loginTypes(system);
  if (types.length > 0 && types.every(({ type }) => type !== connection.auth.type)) {
    add(
      [...at, 'auth', 'type'],
      `Connection ${name}: ${system.label} cannot log in by this type of auth.`,
      `Use type: ${listed(
        types.map(({ type, keys }) => `${type} (${keys.join(', ')})`),
        'or',
      )}.`,
    );
    return;
  }
  const parsed = system.auth.safeParse(connection.auth);
  if (parsed.success) return;
  for (const { path, problem, fix } of explain(system.auth, parsed.error.issues))
    add(
      [...at, 'auth', ...path],
      `Connection ${name}: ${problem.replace('The config', `auth of type ${connection.auth.type}`)}`,
      fix,
    );
}

interface LoginType {
  readonly type: string;
  /** What else it takes; `?` where it may be left out. */
  readonly keys: readonly string[];
}

/** The system's union of ways to log in, read from its JSON Schema. */
function loginTypes(system: System): readonly LoginType[] {
  const shape = z.toJSONSchema(system.auth, { io: 'input', unrepresentable: 'any' });
  const branches = shape.oneOf ?? shape.anyOf ?? [shape];
  return branches.flatMap((branch) => {
    const { type, ...others } = branch.properties ?? {};
    if (typeof type !== 'object' || typeof type.const !== 'string') return [];
    const keys = Object.keys(others).map((key) => (branch.required?.includes(key) ? key : `${key}?`));
    return [{ type: type.const, keys }];
  });
}
