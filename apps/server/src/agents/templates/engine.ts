import { Liquid, type Template } from 'liquidjs';
import { Problem } from '#server/platform/problem.ts';

const MAX_SOURCE = 200_000;
const MAX_OUTPUT_BYTES = 256 * 1024;
const MAX_DEPTH = 20;
const MAX_TIME_MS = 200;
const MAX_MEMORY_BYTES = 10_000_000;

export type Variables = Readonly<Record<string, string>>;

/** Templates are data of people: nothing runs, nothing outside is read, and what they cost is bounded. */
const liquid = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  // An empty set of partials in memory: there is no file system behind it.
  templates: {},
  parseLimit: MAX_SOURCE,
  renderLimit: MAX_TIME_MS,
  memoryLimit: MAX_MEMORY_BYTES,
});
liquid.registerFilter('upper', (text: unknown) => String(text).toUpperCase());
liquid.registerFilter('lower', (text: unknown) => String(text).toLowerCase());
liquid.registerFilter('length', (text: unknown) => (Array.isArray(text) ? text.length : String(text).length));

const invalid = (reason: string, line: number | null = null, column: number | null = null): Problem => {
  const place = line === null ? '' : ` (line ${line}, column ${column})`;
  const message = `The template cannot be used${place}: ${reason}`;
  return new Problem('template.invalid', 422, message, { body: { message, line, column, reason } });
};

/**
 * The text of a template with its variables put in, trimmed. Values are data: syntax in them stays text. Throws
 * `template.invalid` with line and column, also beyond a limit.
 */
export function renderTemplate(source: string, variables: Variables): string {
  if (source.length > MAX_SOURCE) throw invalid(`it is longer than ${MAX_SOURCE} characters`);
  try {
    const templates = liquid.parse(source);
    if (isDeeperThan(templates, MAX_DEPTH)) throw invalid(`it is nested more than ${MAX_DEPTH} deep`);
    const text = String(liquid.renderSync(templates, { ...variables })).trim();
    if (Buffer.byteLength(text) > MAX_OUTPUT_BYTES) throw invalid(`it renders to more than ${MAX_OUTPUT_BYTES} bytes`);
    return text;
  } catch (error) {
    // Whatever the engine throws was caused by the template, a stack that is too deep for it too.
    throw error instanceof Problem ? error : toInvalid(error instanceof Error ? error.message : String(error));
  }
}

/** A template that renders to exactly this text. Throws `template.invalid` for one that would end its own quotation. */
export function toVerbatim(text: string): string {
  if (!/\{\{|\{%/.test(text)) return text;
  if (/\{%-?\s*endraw/.test(text)) throw invalid('it ends a raw block that it did not begin');
  return `{% raw %}${text}{% endraw %}`;
}

/** The engine ends its messages with the place: `undefined variable: x, line:2, col:4`. */
function toInvalid(message: string): Problem {
  const [first = ''] = message.split('\n');
  const found = /, line:(\d+), col:(\d+)$/.exec(first);
  return found ? invalid(first.slice(0, found.index), Number(found[1]), Number(found[2])) : invalid(first);
}

const isDeeperThan = (templates: readonly Template[], depth: number): boolean =>
  templates.length > 0 && (depth < 0 || templates.some((template) => isDeeperThan(listInner(template), depth - 1)));

/** What stands inside a tag. Without partials the generator never waits: its first step is its last. */
const listInner = (template: Template): Template[] => {
  const step = template.children?.(false, true).next();
  return step?.done ? step.value : [];
};
