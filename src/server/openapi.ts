import { z } from 'zod';
import { linesType } from './lines.ts';
import { problemDetails, problemType } from './problem.ts';
import { registry } from './reports.ts';
import type { Route } from './route.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** What the description needs of a route. */
export type DescribedRoute = Pick<
  Route<never, never>,
  'method' | 'path' | 'summary' | 'description' | 'body' | 'lines' | 'onlyLines'
> & {
  readonly input: z.ZodType;
  readonly output: z.ZodType | null;
};

/** The API as an OpenAPI 3.1 document, from the same schemas that check the requests. */
export function describeApi(routes: readonly DescribedRoute[], version: string): JsonSchema {
  const components: Record<string, JsonSchema> = {};
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const {
      $schema: _,
      $defs,
      ...rest
    } = z.toJSONSchema(schema, {
      io,
      metadata: registry,
      // Transforms and the like are described by what they take.
      unrepresentable: 'any',
    });
    Object.assign(components, pointed($defs ?? {}));
    return pointed(rest);
  };
  const problemAnswer = {
    description: 'Why not, as problem details (RFC 9457)',
    content: { [problemType]: { schema: schemaOf(z.array(problemDetails), 'output').items } },
  };
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes) {
    const operations = paths[route.path] ?? {};
    paths[route.path] = operations;
    operations[route.method.toLowerCase()] = {
      operationId: route.path.replace('/api/', ''),
      summary: route.summary,
      ...(route.description === undefined ? {} : { description: route.description }),
      ...inputOf(route, schemaOf(route.input, 'input')),
      responses: {
        ...(route.output === null
          ? { 204: { description: 'Done' } }
          : { 200: { description: 'The answer', content: contentOf(route, route.output, schemaOf) } }),
        default: problemAnswer,
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Syncline', version, description: 'Keeps a CRM and a help desk in step, both ways.' },
    security: [{ token: [] }],
    paths,
    components: { schemas: components, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}

function contentOf(
  route: DescribedRoute,
  output: z.ZodType,
  schemaOf: (schema: z.ZodType, io: 'output') => JsonSchema,
): JsonSchema {
  const json = { 'application/json': { schema: schemaOf(output, 'output') } };
  if (route.lines === undefined) return json;
  return { ...(route.onlyLines ? {} : json), [linesType]: { schema: schemaOf(route.lines, 'output') } };
}

function inputOf(route: DescribedRoute, schema: JsonSchema): JsonSchema {
  if (route.body === 'lines')
    return { requestBody: { required: true, content: { [linesType]: { schema: { type: 'string' } } } } };
  if (route.method === 'POST') return { requestBody: { required: true, content: { 'application/json': { schema } } } };
  const { properties, required } = z
    .object({ properties: z.record(z.string(), z.unknown()).default({}), required: z.array(z.string()).default([]) })
    .parse(schema);
  const parameters = Object.entries(properties).map(([name, of]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: of,
  }));
  return parameters.length === 0 ? {} : { parameters };
}

/** Zod points into `$defs`; an OpenAPI document keeps its schemas under components. */
function pointed(schema: object): Record<string, JsonSchema> {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  const moved: Record<string, JsonSchema> = JSON.parse(text);
  return moved;
}
