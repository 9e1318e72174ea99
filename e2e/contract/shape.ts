/** What a value may be: one of these alternatives. */
export type Shape = Alternative[];

export type Alternative =
  | { kind: 'unknown' }
  | { kind: 'null' | 'boolean' | 'number' }
  | { kind: 'string'; values?: readonly string[] }
  | { kind: 'array'; items: Shape }
  | { kind: 'map'; values: Shape }
  | { kind: 'object'; name: string; fields: Record<string, Field> };

export interface Field {
  shape: Shape;
  /** Whether a request must carry it, or an answer always does. */
  required: boolean;
}

export interface Parameter extends Field {
  name: string;
}

/** One operation as both contracts describe it. */
export interface Operation {
  method: string;
  path: string;
  operationId: string | undefined;
  tags: readonly string[];
  query: Parameter[];
  /** Undefined when it takes no body. */
  request: Shape | undefined;
  /** By status; undefined stands for an event stream. */
  answers: Record<string, Shape | undefined>;
}

export const nameOf = ({ method, path }: Pick<Operation, 'method' | 'path'>) => `${method} ${path}`;

/** A shape on one line. */
export const render = (shape: Shape): string => shape.map(renderOne).toSorted().join(' | ') || 'nothing';

function renderOne(alternative: Alternative): string {
  switch (alternative.kind) {
    case 'string':
      return alternative.values ? alternative.values.map((value) => `"${value}"`).join(' | ') : 'string';
    case 'array':
      return `(${render(alternative.items)})[]`;
    case 'map':
      return `{[key]: ${render(alternative.values)}}`;
    case 'object':
      return alternative.name || '{…}';
    default:
      return alternative.kind;
  }
}
