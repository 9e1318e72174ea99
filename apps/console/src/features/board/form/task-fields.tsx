import type { Agent, Tag, TaskCard } from '#console/api/contract.ts';
import { Check } from '#console/ui/control/check.tsx';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import type { TaskValues } from './task-values.ts';

export interface TaskChoices {
  agents: readonly Agent[];
  tags: readonly Tag[];
  /** Other tasks of the board. */
  tasks: readonly TaskCard[];
}

interface TaskFieldsProps {
  values: TaskValues;
  onChange: (change: Partial<TaskValues>) => void;
  choices: TaskChoices;
  titleError: string | undefined;
  /** A done task keeps its dependencies. */
  isDone: boolean;
}

const PRIORITIES = ['high', 'medium', 'low'];

/** The fields of a task. */
export function TaskFields({ values, onChange, choices, titleError, isDone }: TaskFieldsProps) {
  const priorities = PRIORITIES.includes(values.priority) ? PRIORITIES : [...PRIORITIES, values.priority];
  return (
    <div className="grid gap-4">
      <Field label="Title" error={titleError}>
        {(ids) => (
          <TextInput
            {...ids}
            data-autofocus
            maxLength={500}
            value={values.title}
            onChange={(event) => onChange({ title: event.target.value })}
          />
        )}
      </Field>
      <Field label="Description" hint="Markdown. Agents read it.">
        {(ids) => (
          <TextArea
            {...ids}
            className="min-h-28"
            value={values.description}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label="Priority">
          {(ids) => (
            <Select {...ids} value={values.priority} onChange={(event) => onChange({ priority: event.target.value })}>
              {priorities.map((priority) => (
                <option key={priority}>{priority}</option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Due" hint="The end of that day.">
          {(ids) => (
            <TextInput
              {...ids}
              type="date"
              value={values.due}
              onChange={(event) => onChange({ due: event.target.value })}
            />
          )}
        </Field>
        <Field label="Assignee">
          {(ids) => (
            <Select
              {...ids}
              value={values.assigneeId}
              onChange={(event) => onChange({ assigneeId: event.target.value })}
            >
              <option value="">Nobody</option>
              {choices.agents.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Picks
        legend="Tags"
        picks={choices.tags.map(({ id, name }) => ({ id, name }))}
        chosen={values.tagIds}
        onChange={(tagIds) => onChange({ tagIds })}
      />
      {!isDone && (
        <Picks
          legend="Waits for"
          picks={choices.tasks.map(({ id, title }) => ({ id, name: title }))}
          chosen={values.dependsOn}
          onChange={(dependsOn) => onChange({ dependsOn })}
        />
      )}
    </div>
  );
}

interface PicksProps {
  legend: string;
  picks: readonly { id: string; name: string }[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** Any of several. */
function Picks({ legend, picks, chosen, onChange }: PicksProps) {
  if (picks.length === 0) return null;
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">{legend}</legend>
      <div className="grid max-h-40 gap-1 overflow-y-auto rounded border px-3 py-2 sm:grid-cols-2">
        {picks.map(({ id, name }) => (
          <Check
            key={id}
            label={<span className="block truncate">{name}</span>}
            isChecked={chosen.includes(id)}
            onChange={(isChecked) => onChange(isChecked ? [...chosen, id] : chosen.filter((other) => other !== id))}
          />
        ))}
      </div>
    </fieldset>
  );
}
