import { z } from 'zod';
import { PolicyFinding, PolicySourceText, PolicyTest } from '../policies.schema.ts';

export const PolicyLint = z.object({ source: PolicySourceText }).meta({ id: 'PolicyLint' });

export const PolicyLintResult = z
  .object({
    valid: z.boolean().describe('Without errors: it could be activated, if its tests pass.'),
    findings: z.array(PolicyFinding),
    tests: z.array(PolicyTest).describe('Run only when there is no error.'),
    agents_in_scope: z.int().nullable().describe('Null when the scope cannot be read.'),
  })
  .meta({ id: 'PolicyLintResult' });

const Name = z.string().min(1).max(256);
const MAX_HISTORY = 1_000;

/** What is known of the run besides the call. */
const Context = z
  .object({
    confidence: z.number(),
    risk: z.number(),
    tokens: z.number(),
    cost_usd: z.number(),
    tool_calls: z.number(),
    llm_calls: z.number(),
    duration_ms: z.number(),
    history: z
      .array(z.union([Name, z.object({ tool: Name, args: z.unknown().optional() })]))
      .max(MAX_HISTORY)
      .describe('Tools that the run has called before, in order.'),
    stores: z.object({ read: z.array(Name).max(256).optional(), write: z.array(Name).max(256).optional() }),
    max_tokens: z.int(),
    open_breakers: z.array(z.string().max(256)).max(500).describe('Rules whose breaker is open.'),
  })
  .partial();

const ScopeName = z.enum(['org', 'board_group', 'board', 'agent_type', 'agent']);

export const PolicyExplain = z
  .object({
    agent_id: z.uuid().optional().describe('By its policies, exceptions and declarations.'),
    scope: z
      .partialRecord(ScopeName, z.union([z.literal(true), Name]))
      .optional()
      .describe('Without an agent: one that would be there, such as `{agent_type: refund-agent, board: support}`.'),
    kind: z.enum(['tool', 'model', 'output', 'task_end']).default('tool'),
    tool: Name.optional().describe('The tool, or `provider/model`.'),
    args: z.unknown().optional(),
    context: Context.default({}),
    draft: PolicySourceText.optional().describe(
      'Counts in the place of the policy of that name, wherever its scope is.',
    ),
  })
  .refine(({ agent_id, scope }) => (agent_id === undefined) !== (scope === undefined), 'Name either agent_id or scope.')
  .refine(({ kind, tool }) => tool !== undefined || (kind !== 'tool' && kind !== 'model'), 'Name the tool.')
  .meta({ id: 'PolicyExplain' });
export type PolicyExplain = z.infer<typeof PolicyExplain>;

const Verdict = z.enum(['allow', 'warn', 'require_approval', 'block']);
const Stage = z.enum(['control', 'capability', 'breaker', 'deny', 'where', 'approval', 'limit', 'allow']);

export const PolicyExplanation = z
  .object({
    verdict: Verdict,
    stage: Stage,
    decided_by: z.string().nullable().describe('`policy@version:rule`, `capability` or `control`.'),
    text: z.string(),
    matched: z.array(
      z.object({
        rule: z.string(),
        line: z.int(),
        col: z.int(),
        scope: z.string(),
        mode: z.enum(['enforce', 'monitor']),
        verdict: Verdict.describe('What the rule alone says.'),
        stage: Stage,
        code: z.string(),
        failed: z.array(
          z.object({ path: z.string(), op: z.string(), expected: z.unknown(), actual: z.unknown().optional() }),
        ),
        unknown: z.boolean().optional(),
        message: z.string().optional(),
        shadowed_by: z.string().optional().describe('The rule that decided instead.'),
      }),
    ),
    exceptions: z.array(z.object({ rule: z.string(), until: z.string() })).describe('Rules that do not count now.'),
    policies: z.array(z.string()).describe('All that were asked, as `policy@version`.'),
    transform: z.object({ max_tokens: z.number() }).nullable(),
    approval: z
      .object({ from: z.array(z.string()), k: z.int(), joint: z.array(z.string()), timeout_s: z.number() })
      .nullable()
      .describe('What people must say.'),
  })
  .meta({ id: 'PolicyExplanation' });
export type PolicyExplanation = z.infer<typeof PolicyExplanation>;
