import type { TestApp } from '../../apps/server/test/app.ts';

/** JSON Schema as zod writes it, as far as samples need it. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  minimum?: number;
  minLength?: number;
  minItems?: number;
}

export interface Operation {
  /** `GET /api/v1/tags/{tag_id}` */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** Those of the path that name rows. */
  params: string[];
  query: { name: string; required: boolean; schema: JsonSchema }[];
  /** Of its JSON body. */
  body: JsonSchema | undefined;
  /** What it takes instead of JSON. */
  contentType: string | undefined;
  isStream: boolean;
}

export interface Api {
  operations: Operation[];
  /** Follows `$ref`. */
  resolve(schema: JsonSchema): JsonSchema;
}

interface Content {
  content?: Record<string, { schema?: JsonSchema }>;
}

interface Item {
  parameters?: { in: string; name: string; required?: boolean; schema: JsonSchema }[];
  requestBody?: Content;
  responses: Record<string, Content>;
}

/** The operations that the running server describes: what openapi.json holds when it is fresh. */
export function listOperations(app: TestApp): Api {
  const document: unknown = app.router.swagger();
  const { paths, components } = document as {
    paths: Record<string, Record<string, Item>>;
    components: { schemas: Record<string, JsonSchema> };
  };
  return {
    operations: Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => toOperation(method, path, operation)),
    ),
    resolve(schema) {
      const name = schema.$ref?.split('/').at(-1);
      return name === undefined ? schema : (components.schemas[name] ?? {});
    },
  };
}

/** What of a path names things that belong to nobody. */
const PUBLIC: ReadonlySet<string> = new Set(['handle', 'slug']);

function toOperation(method: string, path: string, { parameters = [], requestBody, responses }: Item): Operation {
  const content = Object.entries(requestBody?.content ?? {})[0];
  const isJson = content?.[0] === 'application/json';
  return {
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase() as Operation['method'],
    path,
    params: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).filter((name) => !PUBLIC.has(name)),
    query: parameters
      .filter((parameter) => parameter.in === 'query')
      .map(({ name, required = false, schema }) => ({ name, required, schema })),
    body: isJson ? content[1].schema : undefined,
    contentType: isJson ? undefined : content?.[0],
    isStream: Object.values(responses).some((answer) => answer.content?.['text/event-stream'] !== undefined),
  };
}
