import { parseArgs } from 'node:util';
import type { Command, Output } from '../command.ts';
import { readEnvironment } from '../environment.ts';
import { call } from '../server.ts';

/** What the server says of one hop. */
interface Hop {
  hop: string;
  status: 'ok' | 'warn' | 'fail' | 'skipped';
  code: string | null;
  took_ms: number;
  facts: Record<string, unknown>;
  fix: { title: string; steps: string[]; command?: string } | null;
}

interface Result {
  ok: boolean;
  failed_hop: string | null;
  code: string | null;
  server_version: string | null;
  protocol: number | null;
}

const MARKS = { ok: '✓', warn: '!', fail: '✗', skipped: '·' };

const OPTIONS = {
  'reach-back': { type: 'boolean' },
  'round-trip': { type: 'boolean' },
  insecure: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** `mc doctor gateway`: the guided check of a connection, from the server that is to connect. */
export const doctorGateway: Command = {
  name: 'doctor gateway',
  usage: 'mc doctor gateway <gateway id | ws(s)://…> [--reach-back] [--round-trip] [--insecure] [--json]',
  summary:
    'Check the way from the server (MC_URL, MC_KEY) to a gateway, hop by hop; its token in MC_GATEWAY_TOKEN. Exits 1 at the first hop that fails.',
  async run(args, output) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [target] = positionals;
    if (target === undefined || positionals.length > 1) return undefined;
    const body = {
      ...(target.includes('://') ? { url: target } : { gateway_id: target }),
      token: readEnvironment().gatewayToken,
      reach_back: values['reach-back'] ?? false,
      round_trip: values['round-trip'] ?? false,
      ...(values.insecure ? { allow_insecure_tls: true } : {}),
    };
    const response = await call('/gateways/check', { method: 'POST', body, accept: 'text/event-stream' });
    const result = await read(response, values.json ? () => undefined : (hop) => writeHop(hop, output));
    output.write(values.json ? JSON.stringify(result) : toVerdict(result));
    return result.ok ? 0 : 1;
  },
};

/** Hops as they come, and the result at the end. */
async function read({ body }: Response, onHop: (hop: Hop) => void): Promise<Result> {
  let text = '';
  for await (const chunk of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const messages = (text + chunk).split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const [, event, data = ''] = /^event: (\w+)\ndata: (.*)$/m.exec(message) ?? [];
      if (event === 'hop') onHop(JSON.parse(data));
      if (event === 'result') return JSON.parse(data);
    }
  }
  throw new Error('the check ended without a result');
}

function writeHop({ hop, status, code, took_ms, facts, fix }: Hop, { write }: Output): void {
  const shown = Object.entries(facts).map(([name, value]) => `${name}=${toText(value)}`);
  const said = status === 'skipped' ? ['not tried'] : [`${took_ms} ms`, ...(code ? [code] : []), ...shown];
  write(`${MARKS[status]} ${hop.padEnd(12)} ${said.join('  ')}`);
  if (!fix) return;
  for (const line of [fix.title, ...fix.steps.map((step) => `- ${step}`)]) write(`    ${line}`);
  if (fix.command) write(`    $ ${fix.command}`);
}

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const toVerdict = ({ ok, failed_hop, code, server_version, protocol }: Result): string =>
  ok ? `ok: openclaw ${server_version ?? '?'}, protocol ${protocol ?? '?'}` : `bad: ${failed_hop}: ${code}`;
