import { z } from 'zod';
import { presets as allPresets } from '../../presets/index.ts';
import type { Preset } from '../../presets/preset.ts';
import { configSchema, connectionSchema, syncSchema } from './schema.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * The JSON Schema (2020-12) of the config file, for editors and for forms. The presets' names are offered, and with a preset its own options
 * are checked; so are a system's ways to log in, where systems are given.
 */
export function configJsonSchema(
  systems: readonly { readonly name: string; readonly auth: z.ZodType }[] = [],
  presets: readonly Preset[] = allPresets,
): JsonSchema {
  const whole = toJson(configSchema);
  return {
    ...whole,
    title: 'Syncline configuration',
    properties: {
      ...whole.properties,
      connections: { type: 'object', additionalProperties: connection(systems) },
      syncs: { type: 'object', additionalProperties: sync(presets) },
    },
  };
}

function connection(systems: readonly { readonly name: string; readonly auth: z.ZodType }[]): JsonSchema {
  const plain = embedded(connectionSchema);
  if (systems.length === 0) return plain;
  return {
    ...plain,
    properties: { ...plain.properties, system: { type: 'string', enum: systems.map((system) => system.name) } },
    allOf: systems.map((system) => ({
      if: { properties: { system: { const: system.name } } },
      ...thenProperties({ auth: embedded(system.auth) }),
    })),
  };
}

function sync(presets: readonly Preset[]): JsonSchema {
  const plain = embedded(syncSchema);
  return {
    ...plain,
    properties: { ...plain.properties, preset: { type: 'string', enum: presets.map((preset) => preset.name) } },
    allOf: presets.map((preset) => ({
      if: { properties: { preset: { const: preset.name } }, required: ['preset'] },
      ...thenProperties({ options: embedded(preset.options) }),
    })),
  };
}

/** `then` is a keyword of JSON Schema; written out as a key it would look like a promise to linters and to people. */
function thenProperties(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return Object.fromEntries([['then', { properties }]]);
}

function embedded(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = toJson(schema);
  return rest;
}

function toJson(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}
