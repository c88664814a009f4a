/**
 * Which endpoints get new connections. A rule sorts them into groups and says which groups are used, given those that have
 * endpoints at all: so it can be asked about a list, and be followed endpoint by endpoint at the cost of what changes.
 */

/** What a rule may look at. */
export interface PlacedEndpoint {
  /** Empty for an endpoint without a node. */
  readonly nodeName: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

export interface EndpointUse {
  /** The group of an endpoint, as one bit; 0 for an endpoint that is never used. */
  groupOf(endpoint: PlacedEndpoint): number;
  /** Of the groups that have endpoints (their bits together), those whose endpoints are used. */
  usedGroups(present: number): number;
}

/** What is ready, and nothing else. */
export const ONLY_READY: EndpointUse = {
  groupOf: ({ ready }) => (ready ? 1 : 0),
  usedGroups: (present) => present,
};

const READY = 1;
const LEAVING = 2;

/** What is ready; while nothing is, what terminates but still serves (KEP-1669). */
export const READY_ELSE_LEAVING: EndpointUse = {
  groupOf: ({ ready, serving, terminating }) => (ready ? READY : serving && terminating ? LEAVING : 0),
  usedGroups: (present) => ((present & READY) !== 0 ? READY : LEAVING),
};

/** The endpoints that are used, in the order in which they are given. */
export function usedEndpoints<E extends PlacedEndpoint>(use: EndpointUse, endpoints: readonly E[]): readonly E[] {
  let present = 0;
  for (const endpoint of endpoints) present |= use.groupOf(endpoint);
  const used = use.usedGroups(present);
  return endpoints.filter((endpoint) => (use.groupOf(endpoint) & used) !== 0);
}
