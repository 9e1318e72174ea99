import { type Alternative, nameOf, type Operation, render, type Shape } from './shape.ts';

type Side = 'request' | 'answer';

/** Where a comparison stands. */
interface Place {
  side: Side;
  name: string;
  /** Pairs of named shapes that were compared already. */
  seen: Set<string>;
}

const within = (place: Place, name: string): Place => ({ ...place, name });

/** Every place where our contract is not what clients of the base contract rely on, one line each. */
export function compareContracts(base: readonly Operation[], ours: readonly Operation[]): string[] {
  const byName = new Map(ours.map((operation) => [nameOf(operation), operation]));
  const seen = new Set<string>();
  const lines = base.flatMap((expected) => {
    const found = byName.get(nameOf(expected));
    return found ? compareOperation(expected, found, seen) : [`${nameOf(expected)}: missing`];
  });
  return [...new Set(lines)].toSorted();
}

function compareOperation(base: Operation, ours: Operation, seen: Set<string>): string[] {
  const name = nameOf(base);
  const lines: string[] = [];
  if (base.operationId !== undefined && base.operationId !== ours.operationId)
    lines.push(`${name}: operation id ${ours.operationId}, not ${base.operationId}`);
  const untagged = base.tags.filter((tag) => !ours.tags.includes(tag));
  if (untagged.length > 0) lines.push(`${name}: not tagged ${untagged.join(', ')}`);
  return [...lines, ...compareQuery(base, ours, seen), ...compareBodies(base, ours, seen)];
}

function compareQuery(base: Operation, ours: Operation, seen: Set<string>): string[] {
  const place = `${nameOf(base)} ?`;
  const lines = base.query.flatMap(({ name, shape, required }) => {
    const found = ours.query.find((parameter) => parameter.name === name);
    if (!found) return [`${place}${name}: missing`];
    const need = found.required && !required ? [`${place}${name}: required`] : [];
    return [...need, ...compareShapes(shape, found.shape, { side: 'request', name: `${place}${name}`, seen })];
  });
  const asked = ours.query.filter(({ name, required }) => required && !base.query.some((known) => known.name === name));
  return [...lines, ...asked.map(({ name }) => `${place}${name}: required, unknown to clients`)];
}

function compareBodies(base: Operation, ours: Operation, seen: Set<string>): string[] {
  const name = nameOf(base);
  const lines: string[] = [];
  if (base.request && !ours.request) lines.push(`${name}: takes no body`);
  if (base.request && ours.request)
    lines.push(...compareShapes(base.request, ours.request, { side: 'request', name: `${name} body`, seen }));
  for (const [status, shape] of Object.entries(base.answers)) {
    if (!(status in ours.answers)) lines.push(`${name}: answers no ${status}`);
    else if (shape)
      lines.push(
        ...compareShapes(shape, ours.answers[status] ?? [], { side: 'answer', name: `${name} ${status}`, seen }),
      );
    else if (ours.answers[status]) lines.push(`${name}: is no event stream`);
  }
  return lines;
}

/**
 * A request is compatible when everything that a client may send is taken, an answer when everything that we may send
 * is known: in both cases one side has to hold the other.
 */
export function compareShapes(base: Shape, ours: Shape, place: Place): string[] {
  const { side } = place;
  const [sent, taken] = side === 'request' ? [base, ours] : [ours, base];
  const holder = (part: Alternative) => findHolder(part, taken, side);
  const lost = sent.filter((part) => !holder(part));
  if (side === 'request' && lost.length > 0 && lost.every(({ kind }) => kind === 'null'))
    return [`${place.name}: null is refused`];
  if (lost.length > 0 || (sent.length === 0 && taken.length > 0))
    return [`${place.name}: ${side} is ${render(ours)}, not ${render(base)}`];
  return sent.flatMap((part) => {
    const [expected, found] = side === 'request' ? [part, holder(part)] : [holder(part), part];
    return expected && found ? compareWithin(expected, found, place) : [];
  });
}

/** The alternative that takes what `part` is; of several objects the one that shares most fields. */
function findHolder(part: Alternative, taken: Shape, side: Side): Alternative | undefined {
  const fitting = taken.filter((other) => isTaken(part, other, side));
  if (part.kind !== 'object') return fitting[0];
  const shared = (other: Alternative) =>
    other.kind === 'object' ? Object.keys(part.fields).filter((field) => field in other.fields).length : -1;
  return fitting.toSorted((a, b) => shared(b) - shared(a))[0];
}

function isTaken(part: Alternative, other: Alternative, side: Side): boolean {
  if (other.kind === 'unknown') return true;
  if (part.kind === 'string' && other.kind === 'string')
    return !other.values || (part.values?.every((value) => other.values?.includes(value)) ?? false);
  // An answer may say more of an object than clients know; a request that is a free object is not a fixed one.
  if (part.kind === 'object' && other.kind === 'map') return side === 'answer';
  return part.kind === other.kind;
}

function compareWithin(base: Alternative, ours: Alternative, place: Place): string[] {
  if (base.kind === 'array' && ours.kind === 'array')
    return compareShapes(base.items, ours.items, within(place, `${place.name}[]`));
  if (base.kind === 'map' && ours.kind === 'map')
    return compareShapes(base.values, ours.values, within(place, `${place.name}{}`));
  if (base.kind !== 'object' || ours.kind !== 'object') return [];
  return compareFields(base, ours, place);
}

type ObjectShape = Extract<Alternative, { kind: 'object' }>;

function compareFields(base: ObjectShape, ours: ObjectShape, place: Place): string[] {
  const { side, seen } = place;
  const pair = `${side} ${base.name} ${ours.name}`;
  if (ours.name !== '' && seen.has(pair)) return [];
  seen.add(pair);
  const lines = Object.entries(base.fields).flatMap(([field, { shape, required }]) => {
    const name = `${base.name}.${field}`;
    const found = ours.fields[field];
    if (!found) return [`${name}: missing in the ${side}`];
    const need = side === 'request' && found.required && !required ? [`${name}: required`] : [];
    const may = side === 'answer' && !found.required ? [`${name}: may be missing in the answer`] : [];
    return [...need, ...may, ...compareShapes(shape, found.shape, within(place, name))];
  });
  const asked = Object.entries(ours.fields).filter(([field, { required }]) => required && !(field in base.fields));
  const unknown =
    side === 'request' ? asked.map(([field]) => `${base.name}.${field}: required, unknown to clients`) : [];
  return [...lines, ...unknown];
}
