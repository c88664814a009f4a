/** Files that a tool makes manifests of: templates and kustomizations. They are refused with the command that renders them. */

export const RENDER_TEMPLATE = "render it first: helm template . | kubechurn run - --rollout";
export const RENDER_KUSTOMIZATION = "render it first: kubectl kustomize . | kubechurn run - --rollout";

/** Offset of the first `{{` that begins a line or a value; −1 without one. Within a text of a valid document it is data. */
export function templateAt(text: string): number {
  const match = /(?:^|\n)[ \t]*(?:- +)*(?:[\w./-]+:[ \t]+)?["']?\{\{/.exec(text);
  return match === null ? -1 : match.index + match[0].length - 2;
}

/** What a file of this name is when it does not say so itself: kustomize lets apiVersion and kind be left out. */
export function kindByName(file: string): { readonly apiVersion: string; readonly kind: string } | null {
  const name = file.slice(file.lastIndexOf("/") + 1);
  if (!/^kustomization(\.ya?ml)?$/i.test(name)) return null;
  return { apiVersion: `${KUSTOMIZE_GROUP}/v1beta1`, kind: "Kustomization" };
}

export const KUSTOMIZE_GROUP = "kustomize.config.k8s.io";
