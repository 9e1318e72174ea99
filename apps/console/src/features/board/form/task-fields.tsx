import type { Agent, CustomField, Tag, TaskCard } from '#console/api/contract.ts';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { Picks } from '#console/ui/entry/picks.tsx';
import { STATUSES, statusWords } from '../moves/gates.ts';
import { CustomFieldInputs } from './custom-field-inputs.tsx';
import type { FieldFaults } from './field-codec.ts';
import type { TaskValues } from './task-values.ts';

export interface TaskChoices {
  agents: readonly Agent[];
  tags: readonly Tag[];
  /** Other tasks of the board. */
  tasks: readonly TaskCard[];
  /** The board's own fields. */
  fields: readonly CustomField[];
}

interface TaskFieldsProps {
  values: TaskValues;
  onChange: (change: Partial<TaskValues>) => void;
  choices: TaskChoices;
  titleError: string | undefined;
  faults: FieldFaults;
  /** A done task keeps its dependencies. */
  isDone: boolean;
}

const PRIORITIES = ['high', 'medium', 'low'];

/** The fields of a task. */
export function TaskFields({ values, onChange, choices, titleError, faults, isDone }: TaskFieldsProps) {
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
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label="Status">
          {(ids) => (
            <Select
              {...ids}
              value={values.status}
              onChange={(event) => onChange({ status: STATUSES.find((one) => one === event.target.value) ?? 'inbox' })}
            >
              {STATUSES.map((status) => (
                <option key={status} value={status}>
                  {statusWords[status]}
                </option>
              ))}
            </Select>
          )}
        </Field>
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
      <CustomFieldInputs
        fields={choices.fields}
        texts={values.fields}
        faults={faults}
        onChange={(fields) => onChange({ fields })}
      />
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
