/** One event of a stream in the form of server-sent events. */
export interface StreamEvent {
  event: string;
  data: string;
}

/** Splits what has come so far into whole events and the rest, which waits for more. */
export function takeEvents(text: string): { events: StreamEvent[]; rest: string } {
  const blocks = text.replaceAll('\r\n', '\n').split('\n\n');
  const rest = blocks.pop() ?? '';
  return { events: blocks.map(parseBlock).filter(({ data }) => data !== ''), rest };
}

function parseBlock(block: string): StreamEvent {
  const valuesOf = (field: string) =>
    block
      .split('\n')
      .filter((line) => line.startsWith(`${field}:`))
      .map((line) => line.slice(field.length + 1).replace(/^ /, ''));
  return { event: valuesOf('event').at(-1) ?? 'message', data: valuesOf('data').join('\n') };
}

/** The events of an answer as they come. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    const { events, rest } = takeEvents(text + decoder.decode(value, { stream: true }));
    text = rest;
    yield* events;
  }
}
