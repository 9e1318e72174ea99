import { Agent, request } from 'node:http';

/** Calls of a task, over kept-alive connections like those of a model provider's client. */
export interface Services {
  askModel: (messages: readonly unknown[]) => Promise<ModelAnswer>;
  callTool: (query: string) => Promise<unknown>;
}

export interface ModelAnswer {
  choices: { message: { content: string } }[];
}

export function connectServices(port: number): Services {
  const agent = new Agent({ keepAlive: true, maxSockets: 1_000 });
  const post = (path: string, body: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const options = { port, host: '127.0.0.1', path, method: 'POST', agent };
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      });
      sent.on('error', reject);
      sent.end(JSON.stringify(body));
    });
  return {
    askModel: (messages) => post('/model', { messages }) as Promise<ModelAnswer>, // what fake-services answers
    callTool: (query) => post('/tool', { query }),
  };
}
