/** A model and a tool server with fixed latencies (JSON in argv), in a process of their own. Prints its port. */
import { createServer } from 'node:http';
import { createTexts } from './texts.ts';

export interface Latencies {
  modelMs: number;
  toolMs: number;
}

const { modelMs, toolMs } = JSON.parse(process.argv[2] ?? '{}') as Latencies;
const RESULT_BYTES = 2_000;

const texts = createTexts(7);
const results = Array.from({ length: 200 }, () => texts.next(RESULT_BYTES));
let served = 0;

const toAnswer = (path: string): string => {
  const text = results[served++ % results.length];
  if (path === '/tool') return JSON.stringify({ result: text });
  return JSON.stringify({
    id: `answer-${served}`,
    choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: text } }],
    usage: { prompt_tokens: 2_100, completion_tokens: 480 },
  });
};

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const path = request.url ?? '';
    const answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end(toAnswer(path));
    setTimeout(answer, path === '/tool' ? toolMs : modelMs);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
});
