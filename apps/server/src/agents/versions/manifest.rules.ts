import { canonicalJson } from '@mission-control/policy/canonical';
import { Manifest, ManifestTool } from './manifest.schema.ts';

const MAX_BYTES = 1024 * 1024;

/** One thing wrong with a manifest: where (RFC 6901), what, and what to do. */
export interface ManifestIssue {
  pointer: string;
  message: string;
  suggestion: string;
}

export type ParsedManifest = { manifest: Manifest; warnings: string[] } | { issues: ManifestIssue[] };

/**
 * Reads a manifest. Unknown keys are warnings, because a framework may add a field; everything else that is wrong is
 * an issue.
 */
export function parseManifest(raw: unknown): ParsedManifest {
  const parsed = Manifest.safeParse(raw ?? {});
  if (!parsed.success)
    return {
      issues: parsed.error.issues.map(({ path, message }) => ({
        pointer: toPointer(path),
        message,
        suggestion: suggestFor(path),
      })),
    };
  const issues = [...findDuplicates(parsed.data), ...findOversize(parsed.data)];
  return issues.length > 0 ? { issues } : { manifest: parsed.data, warnings: findUnknownKeys(raw) };
}

const toPointer = (path: PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function suggestFor(path: PropertyKey[]): string {
  const key = path.findLast((part) => typeof part === 'string');
  if (key === 'side_effect') return 'Use pure, read, idempotent_write or non_idempotent.';
  if (key === 'sensitivity') return 'Use public, internal, confidential or restricted.';
  return 'Correct the value, or leave the key out.';
}

function findDuplicates({ tools }: Manifest): ManifestIssue[] {
  const seen = new Set<string>();
  return tools.flatMap(({ name }, index) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const message = `The tool ${JSON.stringify(name)} is declared twice.`;
    return [{ pointer: `/tools/${index}/name`, message, suggestion: 'Give each tool one entry.' }];
  });
}

function findOversize(manifest: Manifest): ManifestIssue[] {
  const bytes = Buffer.byteLength(canonicalJson(manifest));
  if (bytes <= MAX_BYTES) return [];
  const message = `The manifest has ${bytes} bytes; at most ${MAX_BYTES} are stored.`;
  return [{ pointer: '', message, suggestion: 'Send hashes of prompts instead of their text.' }];
}

function findUnknownKeys(raw: unknown): string[] {
  if (!isRecord(raw)) return [];
  const top = Object.keys(raw).filter((key) => !(key in Manifest.shape));
  const tools = Array.isArray(raw.tools) ? raw.tools.filter(isRecord) : [];
  const inTools = new Set(tools.flatMap((tool) => Object.keys(tool)).filter((key) => !(key in ManifestTool.shape)));
  return [...top.map((key) => `/${key}`), ...[...inTools].map((key) => `/tools/*/${key}`)]
    .slice(0, 20)
    .map((pointer) => `${pointer} is not a key of a manifest and was left out.`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
