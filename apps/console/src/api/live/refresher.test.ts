import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { createRefresher } from './refresher.ts';

it('asks again for what was on its way when the news came, for the answer may be older', async () => {
  const queryClient = new QueryClient();
  const answers: ((value: string) => void)[] = [];
  const queryFn = () => new Promise<string>((resolve) => answers.push(resolve));
  const observer = new QueryObserver(queryClient, { queryKey: ['list'], queryFn });
  const stop = observer.subscribe(() => undefined);
  createRefresher(queryClient)(['list']);
  answers[0]?.('old');
  await expect.poll(() => answers.length, { timeout: 10_000 }).toBe(2);
  answers[1]?.('new');
  await expect.poll(() => queryClient.getQueryData(['list']), { timeout: 10_000 }).toBe('new');
  stop();
});

it('asks nothing for what nobody has asked for', () => {
  const queryClient = new QueryClient();
  createRefresher(queryClient)(['list']);
  expect(queryClient.getQueryCache().getAll()).toEqual([]);
});
