import type { NewViolation } from '#server/governance/index.ts';
import { writeRow } from '#server/platform/postgres/copy.ts';
import {
  type Fields,
  isFields,
  readName,
  readOneOf,
  readOptional,
  readOptionalInt,
  readProse,
} from '../batches/fields.rules.ts';
import { formatInstant, isUuid } from '../batches/instants.rules.ts';
import { invalid } from '../batches/rejection.ts';
import { DECISION_COLUMNS, type DecisionRow } from '../steps/event-row.ts';
import { defineKind, deltaOf, type LineEvent } from './draft.ts';
import { measureDecision, noteViolation } from './measure.ts';
import { readPayload, readSmallJson } from './payloads.ts';

const VERDICTS = ['allow', 'block', 'require_approval', 'warn', 'would_have'] as const;
const MODES = ['enforce', 'monitor', 'dry_run', 'off'] as const;
const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
const MAX_EXPLANATION = 4_000;

interface Decision {
  row: DecisionRow;
  violation: NewViolation | null;
}

/** Every decision is counted; only those that are not a plain allow have a row. */
export const decision = defineKind<Decision>({
  read(event) {
    const row = readDecision(event);
    return { row, violation: isViolation(row) ? toViolation(event, row) : null };
  },
  apply(event, { row, violation }) {
    measureDecision(event, row.verdict);
    if (row.verdict === 'allow' && !row.degraded) return;
    writeRow(event.draft.decisions, DECISION_COLUMNS, row);
    event.draft.rows++;
    if (!violation) return;
    event.draft.violations.push(violation);
    noteViolation(event, violation);
    deltaOf(event).violations++;
  },
});

function readDecision(event: LineEvent): DecisionRow {
  const { fields, run, scope, seq, ts } = event;
  const verdict = readOneOf(fields, 'verdict', VERDICTS);
  const mode = readOneOf(fields, 'mode', MODES);
  const tool = readName(fields, 'tool', 256);
  if (!isUuid(fields.id)) throw invalid('id must be a UUID.');
  return {
    orgId: scope.orgId,
    day: run.day,
    id: fields.id.toLowerCase(),
    runId: run.id,
    seq,
    key: readName(fields, 'key', 1_024),
    agentId: run.agentId,
    tool,
    verdict: verdict === 'would_have' ? 'block' : verdict,
    ruleRef: readOptional(fields, 'rule', 256),
    mode,
    enforcement: readEnforcement(fields, verdict, mode),
    degraded: fields.degraded === true,
    matched: JSON.stringify(readMatched(event)),
    argsView: readPayload(event, 'args_view', { tool, part: 'args' }),
    bundle: readOptionalInt(fields, 'bundle'),
    ts,
  };
}

/** What was done about it: as reported, else what verdict and mode mean. */
function readEnforcement(fields: Fields, verdict: string, mode: string): string {
  if (fields.enforcement !== undefined && fields.enforcement !== null)
    return readOneOf(fields, 'enforcement', ['allowed', 'blocked', 'would_have', 'none']);
  if (verdict === 'allow' || verdict === 'warn') return 'allowed';
  return mode === 'enforce' && verdict !== 'would_have' ? 'blocked' : 'would_have';
}

function readMatched(event: LineEvent): unknown[] {
  const matched = readSmallJson(event, 'matched') ?? [];
  if (!Array.isArray(matched)) throw invalid('matched must be a list.');
  return matched;
}

/** What people allowed went against nothing. */
const isViolation = ({ agentId, verdict, enforcement }: DecisionRow): boolean =>
  agentId !== null && (['blocked', 'would_have', 'none'].includes(enforcement) || verdict === 'block');

const isRefusal = (verdict: string): boolean => verdict === 'block' || verdict === 'require_approval';

function toViolation({ fields, run, scope }: LineEvent, row: DecisionRow): NewViolation {
  const explanation = readProse(fields, 'explanation', MAX_EXPLANATION);
  const matched = JSON.parse(row.matched) as unknown[]; // a list, as it was read
  const decisive = matched.filter(isFields).find(({ rule }) => rule === row.ruleRef);
  return {
    id: row.id,
    agent_id: row.agentId as string, // isViolation has looked
    version_id: run.versionId,
    run_id: run.id,
    seq: row.seq,
    step_key: row.key,
    tool: row.tool,
    code: toCode(row.ruleRef, decisive),
    rule_ref: row.ruleRef,
    mode: row.mode === 'enforce' ? 'enforce' : 'monitor',
    verdict: isRefusal(row.verdict) ? (row.verdict as 'block' | 'require_approval') : 'warn',
    enforcement: row.enforcement === 'allowed' ? 'none' : (row.enforcement as NewViolation['enforcement']),
    severity: readSeverity(fields, row.enforcement),
    args_view: row.argsView === null ? null : JSON.parse(row.argsView),
    args_hash: readOptional(fields, 'args_hash', 128),
    matched,
    line: toLine(decisive?.line),
    explanation: scope.scrub.text(explanation ?? `${row.tool} was stopped by ${row.ruleRef ?? 'a rule'}.`),
    bundle: row.bundle,
    degraded: row.degraded,
    ts: formatInstant(row.ts),
  };
}

const MAX_LINE = 1_000_000;

/** The line of a policy's text that decided. */
const toLine = (line: unknown): number | null =>
  Number.isInteger(line) && Number(line) > 0 && Number(line) <= MAX_LINE ? Number(line) : null;

/** What no policy decided names itself, as `capability.tool_undeclared`; a rule is `policy.<kind>`. */
function toCode(ruleRef: string | null, decisive: Fields | undefined): string {
  if (ruleRef !== null && !ruleRef.includes('@') && /^[a-z_]+\.[a-z_.]+$/.test(ruleRef)) return ruleRef.slice(0, 128);
  const kind = typeof decisive?.code === 'string' ? /^[a-z_]+/.exec(decisive.code)?.[0] : undefined;
  return `policy.${kind ?? 'rule'}`.slice(0, 128);
}

/** As reported; else medium for what was stopped and high for what went through. */
function readSeverity(fields: Fields, enforcement: string): NewViolation['severity'] {
  if (fields.severity !== undefined && fields.severity !== null) return readOneOf(fields, 'severity', SEVERITIES);
  return enforcement === 'none' ? 'high' : 'medium';
}
