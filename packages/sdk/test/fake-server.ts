import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { FakeChannel } from './fake-channel.ts';

type Line = Record<string, unknown> & { t?: string };

export interface ReceivedBatch {
  header: Record<string, unknown> & { producer: string; batch: number };
  lines: Line[];
  /** The sealed events as they came. */
  body: string;
  token: string | undefined;
  /** Marked as urgent. */
  isUrgent: boolean;
}

export interface Reply {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Never answers. */
  hang?: boolean;
}

/** The outside network of the SDK with faults on demand: it enrols anyone and takes batches, unless told otherwise. */
export interface FakeServer {
  url: string;
  batches: ReceivedBatch[];
  enrolments: Record<string, unknown>[];
  /** The events of all accepted batches. */
  events: () => Line[];
  /** Answers the next batches, in order; then batches are accepted again. */
  script: Reply[];
  /** Changes every bundle that is given out. */
  bundle: Record<string, unknown>;
  capability: Record<string, unknown>;
  answer: Record<string, unknown>;
  /** Answers those who ask people: `n` counts how often a question was looked at. */
  people: (answer: People['answer']) => People;
  /** By `provider/model`. */
  prices: Record<string, object>;
  /** Refuses connections until told to open again. */
  isDown: boolean;
  /** What tells the process; none unless set before it enrols. */
  channel: FakeChannel | undefined;
  close: () => Promise<void>;
}

interface Said {
  status: string;
  grant?: string;
  /** Whether calls like it are meant, too. */
  alike?: boolean;
  comment?: string;
}

export interface People {
  answer: (look: { n: number }) => Said;
  /** What a use of a grant is refused with. */
  refusal: { code: string; detail: string } | undefined;
  questions: Record<string, unknown>[];
  uses: Record<string, unknown>[];
}

interface EnrolBody {
  producer: string;
  agents: {
    slug: string;
    manifest: { tools: unknown[]; data_stores: { name: string }[]; subagents: string[]; max_concurrency?: number };
  }[];
}

export async function startFakeServer(): Promise<FakeServer> {
  const accepted: Line[] = [];
  const fake: Omit<FakeServer, 'url' | 'close'> = {
    batches: [],
    enrolments: [],
    events: () => accepted,
    script: [],
    bundle: {},
    capability: {},
    answer: {},
    people: (answer) => {
      people = { answer, refusal: undefined, questions: [], uses: [] };
      return people;
    },
    prices: {},
    isDown: false,
    channel: undefined,
  };
  let people: People | undefined;
  let looks = 0;
  const server = createServer((request, response) => {
    if (fake.isDown) return void request.socket.destroy();
    if (fake.channel && request.url?.includes('/commands/')) return fake.channel.serve(request, response);
    void readAll(request).then((body) => {
      const url = request.url ?? '';
      if (url.endsWith('/agents/enroll'))
        return send(response, { body: enrol(fake, JSON.parse(body.toString()) as EnrolBody) });
      if (url.includes('/leases/')) return send(response, { body: answerLease(fake.prices, url) });
      if (url.endsWith('/bundle')) return send(response, { body: toBundle(fake, 'agent', {}) });
      if (people && /\/(approvals|grants)/.test(url))
        return send(response, askPeople(people, url, { body: body.toString(), n: looks++ }));
      return takeBatch(readBatch(body, request.headers), response);
    });
  });
  const takeBatch = (batch: ReceivedBatch, response: ServerResponse): void => {
    fake.batches.push(batch);
    const reply = fake.script.shift() ?? {
      body: { accepted: batch.lines.length, rejected: [], need: [], keep: [], ...fake.answer },
    };
    if ((reply.status ?? 200) === 200 && typeof reply.body === 'object') accepted.push(...batch.lines);
    if (!reply.hang) send(response, reply);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return Object.assign(fake, {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function askPeople(people: People, url: string, { body, n }: { body: string; n: number }): Reply {
  const grant = /grants\/(.+)\/consume/.exec(url)?.[1];
  const fields = (body ? JSON.parse(body) : {}) as Record<string, unknown>;
  if (grant) {
    people.uses.push({ grant, ...fields });
    return people.refusal ? { status: 409, body: people.refusal } : { body: {} };
  }
  if (url.endsWith('/approvals')) people.questions.push(fields);
  const { status, comment, grant: id, alike } = people.answer({ n });
  const pins = alike ? people.questions.at(-1)?.pins : null;
  const resolution = status === 'pending' ? null : status;
  return { body: { status, resolution, comment: comment ?? null, grant: id ? { id, pins } : null } };
}

/** Whoever asks for a share gets it. */
const GRANTED = { status: 'granted', amount: 1, expires_at: null, processes: 1, position: null, retry_after_ms: null };

const answerLease = (prices: FakeServer['prices'], url: string): object =>
  url.includes('/price') ? { price: findPrice(prices, url) } : GRANTED;

function findPrice(prices: FakeServer['prices'], url: string): object | null {
  const query = new URL(url, 'http://fake').searchParams;
  return prices[`${query.get('provider')}/${query.get('model')}`] ?? null;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function readBatch(body: Buffer, headers: IncomingHttpHeaders): ReceivedBatch {
  const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
  const [first = '', ...rest] = text.split('\n');
  const header = JSON.parse(first) as ReceivedBatch['header'];
  const lines = rest.filter(Boolean).map((line) => JSON.parse(line) as Line);
  const isUrgent = headers['mc-priority'] === 'high';
  return { header, lines, body: rest.join('\n'), token: headers.authorization, isUrgent };
}

function enrol(fake: Pick<FakeServer, 'enrolments' | 'bundle' | 'capability' | 'channel'>, body: EnrolBody): unknown {
  fake.enrolments.push({ ...body });
  return {
    token: `mca_${body.producer}_${fake.enrolments.length}`,
    ...(fake.channel && { command_key: fake.channel.key }),
    agents: body.agents.map(({ slug }) => ({ slug, warnings: [] })),
    bundles: body.agents.map(({ slug, manifest }) =>
      toBundle(fake, slug, {
        tools: manifest.tools,
        stores: manifest.data_stores.map(({ name }) => name),
        subagents: manifest.subagents,
        max_concurrency: manifest.max_concurrency ?? null,
      }),
    ),
  };
}

const toBundle = (
  fake: Pick<FakeServer, 'bundle' | 'capability'>,
  slug: string,
  declared: Record<string, unknown>,
) => ({
  v: 1,
  bundle: 1,
  agent_id: slug,
  agent_slug: slug,
  version_id: null,
  control: { state: 'active', reason: null, retry_at: null },
  capability: {
    mode: 'enforce',
    tools: [],
    stores: [],
    subagents: [],
    models: null,
    max_concurrency: null,
    ...declared,
    ...fake.capability,
  },
  sampling: { rate: 1 },
  redaction: { scanners: true, rules: [] },
  capture: 'full',
  fail_mode: 'last_known',
  hash_key: Buffer.alloc(32, 1).toString('base64'),
  contact_ttl_s: 45,
  ...fake.bundle,
});

function send(response: ServerResponse, { status = 200, body = {}, headers = {} }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
