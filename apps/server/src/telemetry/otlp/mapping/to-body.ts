import type { Scrubber } from '../../redaction/scrub.ts';
import type { Content, SpanBody } from '../settling/pending-span.ts';
import type { Span } from '../wire/span.ts';
import { findText } from './attributes.rules.ts';
import { classify } from './classify.rules.ts';

const MAX_CONTENT = 128 * 1_024;
const MAX_NAME = 1_024;

/** What is kept of a span, redacted; null for one that is no work of an agent. */
export function toBody(span: Span, scrub: Scrubber): SpanBody | null {
  const classified = classify(span);
  if (!classified) return null;
  return {
    ...classified,
    input: toContent(classified.input, scrub),
    output: toContent(classified.output, scrub),
    spanName: span.name.slice(0, MAX_NAME),
    service: findText(span.resource, 'service.name') ?? 'unknown',
    error: readError(span, scrub),
  };
}

/** A payload to keep, redacted and cut. */
export function toContent(content: unknown, scrub: Scrubber): Content | undefined {
  if (content === undefined) return undefined;
  if (scrub.metadataOnly) return { x: 'disabled', size: 0 };
  const { changed, value } = scrub.json(content);
  const v = value ?? null; // a rule dropped the whole value
  const json = JSON.stringify(v);
  // Redact first, cut second: a cut secret escapes its pattern.
  if (json.length > MAX_CONTENT) return { v: `${json.slice(0, MAX_CONTENT).toWellFormed()}…`, fid: 'truncated' };
  return changed ? { v, fid: 'redacted' } : { v };
}

/** By the span's status, or what it threw. */
function readError({ attributes, events, isError, message }: Span, scrub: Scrubber): SpanBody['error'] {
  const type = findText(attributes, 'error.type');
  if (!isError && type === undefined) return null;
  const thrown = events.find(({ name }) => name === 'exception')?.attributes ?? {};
  const said = message ?? findText(thrown, 'exception.message');
  return {
    type: type ?? findText(thrown, 'exception.type') ?? null,
    message: said === undefined ? null : scrub.text(said).slice(0, 4_096).toWellFormed(),
  };
}
