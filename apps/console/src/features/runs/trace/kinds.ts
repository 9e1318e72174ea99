import { Bot, BrainCircuit, CircleDot, type LucideIcon, MessageSquareText, User, Wrench } from 'lucide-react';
import type { StepKind } from './trace.ts';

/** How each kind of step is shown. */
export const stepKinds: Record<StepKind, { icon: LucideIcon; word: string }> = {
  llm: { icon: MessageSquareText, word: 'Model call' },
  tool: { icon: Wrench, word: 'Tool call' },
  subagent: { icon: Bot, word: 'Sub-agent' },
  human: { icon: User, word: 'Waiting for a person' },
  reasoning: { icon: BrainCircuit, word: 'Reasoning' },
  other: { icon: CircleDot, word: 'Step' },
};
