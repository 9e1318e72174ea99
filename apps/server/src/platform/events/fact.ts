/** A fact on its way into `events`. */
export interface Fact<T> {
  subjectId: string;
  boardId?: string | null;
  /** The id of its history row, when another row shares it. */
  activityId?: string;
  data: T;
}
