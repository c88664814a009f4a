/** Where in a document a value stands: keys of mappings and indices of lists, outermost first. */
export type DocumentPath = readonly PropertyKey[];

/** Text of a path as users know it: `spec.containers[0].image`, `metadata.labels["app.kubernetes.io/name"]`. */
export function formatPath(path: DocumentPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(String(step))) text += text === "" ? String(step) : `.${String(step)}`;
    else text += `[${JSON.stringify(String(step).slice(0, 80))}]`;
  }
  return text;
}
