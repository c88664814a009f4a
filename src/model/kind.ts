/** The kinds of objects that are modelled. */

/** Fixed order of kinds, wherever kinds are iterated. */
export const KINDS = ["Namespace", "Node", "Service", "Deployment", "ReplicaSet", "Pod", "EndpointSlice"] as const;

export type Kind = (typeof KINDS)[number];
