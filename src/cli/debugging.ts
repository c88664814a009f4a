/** Whether stacks of internal errors are wanted: KUBECHURN_DEBUG is set to any text. */
export function debugging(): boolean {
  return (process.env.KUBECHURN_DEBUG ?? "") !== "";
}
