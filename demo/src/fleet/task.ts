import { pick, type Random } from '../model/random.ts';
import { type Library, outlineDocument, readLines } from '../tools/library.ts';

/** What goes wrong in a task, as it does in real fleets. */
export type Fault = 'missing source' | 'undeclared tool';

export interface Task {
  number: number;
  topic: string;
  /** Three words to search for. */
  terms: string[];
  fault: Fault | undefined;
}

const FAULTS = new Map<number, Fault>([
  [2, 'undeclared tool'],
  [3, 'missing source'],
]);
const CYCLE = 6;
const TERMS = 3;

/** The task of a number: a heading of the folder's documents, and in two of six a fault at a known step. */
export async function planTask(library: Library, number: number, random: Random): Promise<Task> {
  const path = pick(random, library.paths);
  const headings = await outlineDocument(library, path);
  const topic = headings.length > 0 ? pick(random, headings).text.replace(/^#+ /, '') : path;
  const words = [...findWords(topic), ...findWords((await readLines(library, path)).join(' '))];
  const terms = [...new Set(words), 'the', 'and', 'for'].slice(0, TERMS);
  return { number, topic, terms, fault: FAULTS.get(number % CYCLE) };
}

/** Words long enough to be about something. */
const findWords = (text: string): string[] => text.toLowerCase().match(/\p{L}{5,}/gu) ?? [];
