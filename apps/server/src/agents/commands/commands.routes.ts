import { z } from 'zod';
import type { Context } from '#server/platform/context.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { formatMessage, openSse } from '#server/platform/http/sse.ts';
import { Problem } from '#server/platform/problem.ts';
import { findCommandKey } from '../producers/command-keys.ts';
import type { Channels } from './channels.ts';
import { Command, PollRequest } from './commands.schema.ts';
import { saveAcks } from './commands.store.ts';
import { takeCommands } from './poll.ts';

const access = 'commands:read';

const toMessage = (command: Command): string =>
  formatMessage({ id: String(command.seq), event: 'command', data: command });

async function toProcess(ctx: Context) {
  const key = await findCommandKey(ctx, ctx.actor.id);
  if (!key) throw new Problem('command.key_missing', 409, 'This process has no command key yet; it must enrol again.');
  return { orgId: ctx.orgId, producerId: ctx.actor.id, key };
}

/** The number of the last command that a stream brought; null for what is no number of ours. */
const parseSeq = (id: unknown): number | null => (typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : null);

export const commandsRoutes = (channels: Channels) => (router: Router) => {
  router.get(
    '/commands/stream',
    {
      config: { access },
      schema: {
        operationId: 'streamCommands',
        tags: ['agents'],
        summary: 'What the calling process is told, as server-sent events `command`; one stream for each process.',
        description:
          'At least once: what is not acknowledged comes again on the next connection. Last-Event-ID acknowledges the command that it names, `ack` of a batch or a poll any others.',
        response: {
          200: { description: 'Server-sent events.', content: { 'text/event-stream': { schema: z.string() } } },
          ...problems(401, 403, 409),
        },
      },
    },
    async (request, reply) => {
      const process = await toProcess(request.ctx);
      await saveAcks(request.ctx, process.producerId, { seq: parseSeq(request.headers['last-event-id']) });
      const { write, end, onClose } = openSse(request, reply);
      const { leave } = channels.join({
        ...process,
        write: (commands) => write(commands.map(toMessage).join('')),
        end,
      });
      onClose(leave);
    },
  );

  router.post(
    '/commands/poll',
    {
      config: { access },
      schema: {
        operationId: 'pollCommands',
        tags: ['agents'],
        summary: 'What the calling process is told, for those whom no stream reaches; waits for it.',
        body: PollRequest,
        response: { 200: z.object({ commands: z.array(Command) }), ...problems(401, 403, 409) },
      },
    },
    async ({ ctx, body: { after, wait_s, ack } }, reply) => {
      const process = await toProcess(ctx);
      await saveAcks(ctx, process.producerId, { ids: ack, seq: after ?? null });
      const onGone = (listener: () => void) => void reply.raw.on('close', listener);
      return { commands: await takeCommands(channels, process, wait_s * 1_000, onGone) };
    },
  );
};
