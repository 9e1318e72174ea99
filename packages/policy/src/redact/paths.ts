import { compileGlob } from '../globs.ts';

/** Where a payload stands, so that `$.tools["billing/*"].args.iban` finds it. */
export interface RedactionSite {
  tool?: string;
  part?: 'args' | 'result';
}

export interface RedactionPath {
  segments: string[];
  applies: (site: RedactionSite | undefined) => boolean;
}

/** Whether a rule names a key wherever it stands, not a path. */
export const isKey = (path: string): boolean => !/[.[\]"$]/.test(path);

const TOOL_PATH = /^\$\.tools\["([^"]+)"\]\.(args|result)\./;
const SEGMENT = /\.?(?:\[(\d+|\*)\]|"([^"]+)"|([^.[\]"]+))/y;

/**
 * Reads `a.b[0].c`, `[*]`, `a."x.y"`, from the root of any payload, or `$.tools["glob"].args.…` from the arguments
 * (`.result.…`: the result) of matching tools. Throws RangeError when it cannot.
 */
export function parsePath(path: string): RedactionPath {
  const [prefix, tool, part] = TOOL_PATH.exec(path) ?? [/^\$\./.exec(path)?.[0] ?? ''];
  const segments = parseSegments(path.slice(prefix?.length ?? 0));
  if (segments.length === 0) throw new RangeError(`redaction path cannot be read: ${path}`);
  if (tool === undefined) return { segments, applies: () => true };
  const isTool = compileGlob(tool);
  return { segments, applies: (site) => site?.tool !== undefined && site.part === part && isTool(site.tool) };
}

function parseSegments(text: string): string[] {
  const segments: string[] = [];
  SEGMENT.lastIndex = 0;
  while (SEGMENT.lastIndex < text.length) {
    const match = SEGMENT.exec(text);
    if (!match) return [];
    segments.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return segments;
}

/** Copies a value with what stands at the path changed; `undefined` from `change` removes it. */
export function changeAt(value: unknown, segments: readonly string[], change: (found: unknown) => unknown): unknown {
  const [segment, ...rest] = segments;
  if (segment === undefined) return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const changed = value.map((item, i) =>
      segment === '*' || segment === String(i) ? (changeAt(item, rest, change) ?? null) : item,
    );
    return changed.every((item, i) => item === value[i]) ? value : changed;
  }
  const record = value as Record<string, unknown>;
  if (!Object.hasOwn(record, segment)) return value;
  const found = changeAt(record[segment], rest, change);
  if (found === record[segment]) return value;
  const { [segment]: _, ...others } = record;
  return found === undefined ? others : { ...record, [segment]: found };
}
