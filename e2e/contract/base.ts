import { readFileSync } from 'node:fs';
import type { Alternative, Field, Operation, Shape } from './shape.ts';

/** `fixtures/work/openapi-shapes.json`: the contract of existing clients. */
interface Shapes {
  operations: {
    method: string;
    path: string;
    query: { name: string; type: string; required: boolean; enum?: string[] }[];
    request: string | null;
    response: string;
    status: number;
    tags?: string[];
    operation_id?: string;
  }[];
  schemas: Record<string, Record<string, { type: string; required: boolean; nullable: boolean; enum?: string[] }>>;
}

/** Words that the contract took over from its first implementation. */
const WORDS: Record<string, Shape> = {
  string: [{ kind: 'string' }],
  str: [{ kind: 'string' }],
  UUID: [{ kind: 'string' }],
  datetime: [{ kind: 'string' }],
  NormalizedSecret: [{ kind: 'string' }],
  NormalizedSignatureHeader: [{ kind: 'string' }],
  number: [{ kind: 'number' }],
  boolean: [{ kind: 'boolean' }],
  bool: [{ kind: 'boolean' }],
  null: [{ kind: 'null' }],
  None: [{ kind: 'null' }],
  unknown: [{ kind: 'unknown' }],
  object: [{ kind: 'unknown' }],
  TaskCustomFieldValues: [{ kind: 'map', values: [{ kind: 'unknown' }] }],
  TaskCustomFieldType: [{ kind: 'string' }],
  TaskCustomFieldUiVisibility: [{ kind: 'string' }],
};

/** The operations of the base contract with their shapes resolved. */
export function readBase(file: string): Operation[] {
  const { operations, schemas }: Shapes = JSON.parse(readFileSync(file, 'utf8'));
  const known = new Map<string, Alternative>();

  /** Fields are filled in after the name is known, so that shapes may name each other. */
  const objectOf = (name: string): Alternative => {
    const seen = known.get(name);
    if (seen) return seen;
    const source = schemas[name];
    if (!source) throw new Error(`the contract names no shape ${name}`);
    const fields: Record<string, Field> = {};
    const object: Alternative = { kind: 'object', name, fields };
    known.set(name, object);
    for (const [field, { type, required, nullable, enum: values }] of Object.entries(source)) {
      const shape: Shape = values ? [{ kind: 'string', values }] : parse(type);
      const isNull = nullable && !shape.some(({ kind }) => kind === 'null' || kind === 'unknown');
      fields[field] = { shape: isNull ? [...shape, { kind: 'null' }] : shape, required };
    }
    return object;
  };
  const parse = (text: string) => parseType(text, (word) => WORDS[word] ?? [objectOf(word)]);

  return operations.map(({ method, path, query, request, response, status, tags = [], operation_id }) => ({
    method,
    path,
    operationId: operation_id,
    tags,
    query: query.map(({ name, type, required, enum: values }) => ({
      name,
      required,
      shape: values ? [{ kind: 'string', values }] : parse(type).filter(({ kind }) => kind !== 'null'),
    })),
    request: request === null ? undefined : parse(request),
    answers: { [status]: response === 'text/event-stream' ? undefined : parse(response) },
  }));
}

/** Parses `A | B[]`, `{ [key: string]: T; }` and `(A | B)[]`. */
function parseType(text: string, lookUp: (word: string) => Shape): Shape {
  const tokens = text.match(/\[\]|\[key: string\]|[A-Za-z_]\w*|[|(){}:]/g) ?? [];
  const take = (token: string): boolean => {
    if (tokens[0] !== token) return false;
    tokens.shift();
    return true;
  };
  const need = (token: string) => {
    if (!take(token)) throw new Error(`${text}: ${token} expected, ${tokens[0] ?? 'the end'} found`);
  };
  const union = (): Shape => {
    const shape = [...postfix()];
    while (take('|')) shape.push(...postfix());
    return shape;
  };
  const postfix = (): Shape => {
    let shape = primary();
    while (take('[]')) shape = [{ kind: 'array', items: shape }];
    return shape;
  };
  const primary = (): Shape => {
    if (take('(')) {
      const shape = union();
      need(')');
      return shape;
    }
    if (!take('{')) return lookUp(tokens.shift() ?? '');
    need('[key: string]');
    need(':');
    const values = union();
    need('}');
    return [{ kind: 'map', values }];
  };
  const shape = union();
  if (tokens.length > 0) throw new Error(`${text}: ${tokens[0]} left over`);
  return shape;
}
