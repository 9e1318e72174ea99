import { readFileSync } from 'node:fs';
import type { Alternative, Field, Operation, Shape } from './shape.ts';

/** What of JSON Schema zod writes. */
interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  not?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
}

type Content = Record<string, { schema?: JsonSchema }>;

interface Document {
  paths: Record<string, Record<string, PathItem>>;
  components: { schemas: Record<string, JsonSchema> };
}

interface PathItem {
  operationId?: string;
  tags?: string[];
  parameters?: { in: string; name: string; required?: boolean; schema: JsonSchema }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}

/** The operations of openapi.json with their shapes resolved. */
export function readOurs(file: string): Operation[] {
  const document: Document = JSON.parse(readFileSync(file, 'utf8'));
  const components: Components = { schemas: document.components.schemas, known: new Map() };
  const bodyOf = (content: Content): Shape | undefined => {
    const [type, body] = Object.entries(content)[0] ?? [];
    if (type === 'text/event-stream') return undefined;
    return body?.schema ? resolve(components, body.schema) : [{ kind: 'unknown' }];
  };
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId, tags = [], parameters = [], requestBody, responses }]) => ({
      method: method.toUpperCase(),
      path,
      operationId,
      tags,
      query: parameters
        .filter((parameter) => parameter.in === 'query')
        .map(({ name, required = false, schema }) => ({ name, required, shape: resolve(components, schema) })),
      request: requestBody && bodyOf(requestBody.content),
      answers: Object.fromEntries(
        Object.entries(responses).map(([status, { content = {} }]) => [status, bodyOf(content)]),
      ),
    })),
  );
}

/** The named schemas of the document, and the shapes that were made of them. */
interface Components {
  schemas: Record<string, JsonSchema>;
  known: Map<string, Shape>;
}

function resolve(components: Components, schema: JsonSchema, name = ''): Shape {
  if (schema.$ref !== undefined) return resolveNamed(components, schema.$ref.split('/').at(-1) ?? '');
  if (schema.not) return [];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.flatMap((choice) => resolve(components, choice, name));
  if (schema.allOf)
    return [
      merge(
        schema.allOf.flatMap((part) => resolve(components, part)),
        name,
      ),
    ];
  if (schema.enum) return literals(schema.enum);
  if (schema.const !== undefined) return literals([schema.const]);
  if (schema.type === undefined) return [{ kind: 'unknown' }];
  return [schema.type].flat().map((type) => resolveType(components, schema, type, name));
}

/** The alternatives are filled in after the name is known: shapes may name each other. */
function resolveNamed(components: Components, reference: string): Shape {
  const seen = components.known.get(reference);
  if (seen) return seen;
  const shape: Shape = [];
  components.known.set(reference, shape);
  shape.push(...resolve(components, components.schemas[reference] ?? {}, reference.replace(/Input$/, '')));
  return shape;
}

function resolveType(components: Components, schema: JsonSchema, type: string, name: string): Alternative {
  switch (type) {
    case 'array':
      return { kind: 'array', items: resolve(components, schema.items ?? { anyOf: schema.prefixItems ?? [{}] }) };
    case 'object':
      return schema.properties ? resolveFields(components, schema, name) : resolveMap(components, schema);
    case 'integer':
      return { kind: 'number' };
    case 'number':
    case 'string':
    case 'boolean':
    case 'null':
      return { kind: type };
    default:
      throw new Error(`a type ${type} in openapi.json`);
  }
}

const resolveMap = (components: Components, { additionalProperties }: JsonSchema): Alternative => ({
  kind: 'map',
  values: resolve(components, typeof additionalProperties === 'object' ? additionalProperties : {}),
});

const resolveFields = (
  components: Components,
  { properties = {}, required = [] }: JsonSchema,
  name: string,
): Alternative => ({
  kind: 'object',
  name,
  fields: Object.fromEntries(
    Object.entries(properties).map(([field, property]): [string, Field] => [
      field,
      { shape: resolve(components, property), required: required.includes(field) },
    ]),
  ),
});

const merge = (parts: Alternative[], name: string): Alternative => ({
  kind: 'object',
  name,
  fields: Object.assign({}, ...parts.map((part) => (part.kind === 'object' ? part.fields : {}))),
});

function literals(values: unknown[]): Shape {
  const texts = values.filter((value) => typeof value === 'string');
  const others = new Set(values.filter((value) => typeof value !== 'string').map(kindOf));
  return [
    ...(texts.length > 0 ? [{ kind: 'string' as const, values: texts }] : []),
    ...[...others].map((kind) => ({ kind })),
  ];
}

const kindOf = (value: unknown): 'null' | 'boolean' | 'number' => {
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'boolean' : 'number';
};
