/** Sums over the runs of an agent. */
export interface AgentSums {
  runs: number;
  failed: number;
  steps: number;
  llm: number;
  tools: number;
  input: number;
  cached: number;
  output: number;
  reasoning: number;
}

type Counts = [runs: number, failed: number, steps: number, llm: number, tools: number];
type Tokens = [input: number, cached: number, output: number, reasoning: number];

const sums = ([runs, failed, steps, llm, tools]: Counts, [input, cached, output, reasoning]: Tokens): AgentSums => ({
  ...{ runs, failed, steps, llm, tools, input, cached, output, reasoning },
});

/** Two calls of the model and the tool between them, as every recording has it. */
const WHOLE = sums([1, 0, 3, 2, 1], [270, 40, 50, 12]);
const FAILURE = sums([1, 1, 1, 1, 0], [0, 0, 0, 0]);

/** What each recording in `fixtures/otlp` is to become, by dialect and agent. Some do not say what was cached or reasoning. */
export const EXPECTED: Record<string, Record<string, AgentSums>> = {
  own: { 'own-planner': sums([1, 0, 4, 1, 1], [120, 0, 20, 0]), 'own-writer': sums([1, 0, 1, 1, 0], [150, 0, 30, 0]) },
  // Besides the whole run one that streams, one that fails; embeddings are tools.
  vercel: {
    'vercel-forecast': sums([3, 1, 5, 4, 1], [360, 40, 60, 12]),
    'vercel-indexer': sums([1, 0, 1, 0, 1], [0, 0, 0, 0]),
  },
  // Its instrumentation tells nothing of the call that fails; the embedding is a trace of its own.
  openinference: { openinference: sums([2, 0, 4, 2, 2], [270, 40, 50, 12]) },
  'openinference-py': { 'openinference-py': sums([2, 1, 4, 3, 1], [270, 40, 50, 12]) },
  traceloop: {
    'traceloop-forecast': sums([1, 0, 4, 1, 1], [120, 0, 20, 0]),
    'traceloop-writer': sums([1, 0, 1, 1, 0], [150, 0, 30, 0]),
  },
  'traceloop-py': { 'traceloop-py-forecast': WHOLE, 'traceloop-py': FAILURE },
  'traceloop-early': { 'traceloop-early-forecast': { ...WHOLE, reasoning: 0 }, 'traceloop-early': FAILURE },
  'genai-early': { 'genai-early-forecast': { ...WHOLE, cached: 0, reasoning: 0 }, 'genai-early': FAILURE },
  'genai-latest': { 'genai-latest-forecast': WHOLE, 'genai-latest': FAILURE },
};

/** What `times` copies of a recording are to become. */
export const expectCopies = (dialect: string, times: number): Record<string, AgentSums> =>
  Object.fromEntries(
    Object.entries(EXPECTED[dialect] ?? {}).map(([slug, one]) => [
      slug,
      Object.fromEntries(Object.entries(one).map(([name, value]) => [name, value * times])) as unknown as AgentSums, // the same names
    ]),
  );

/** What is stored of agents, by slug, as {@link EXPECTED} has it. `$1` are their slugs. */
export const SUMS = `
  select a.slug, count(*)::int as runs, count(*) filter (where r.status = 'error')::int as failed,
    sum(r.steps)::int as steps, sum(llm_calls)::int as llm, sum(tool_calls)::int as tools,
    sum(tokens_input)::int as input, sum(tokens_cache_read)::int as cached, sum(tokens_output)::int as output,
    sum(tokens_reasoning)::int as reasoning
  from runs r join agents a on a.id = r.agent_id where a.slug = any($1) and r.status <> 'running' group by a.slug`;
