/** What a write changes in a slice, for people and for the search of its cause. */
import { formatAddress } from "../model/address.js";
import type { Endpoint, EndpointSlice } from "../model/objects.js";
import { equalEndpoints, isSameEndpoint } from "./endpoint.js";

export interface EndpointChange {
  readonly before: Endpoint | null;
  readonly after: Endpoint | null;
}

/** Changed endpoints between two states of a slice; null stands for a slice that does not exist. */
export function endpointChanges(before: EndpointSlice | null, after: EndpointSlice | null): EndpointChange[] {
  const changes: EndpointChange[] = [];
  const added = new Map((after?.endpoints ?? []).map((endpoint) => [endpoint.address, endpoint]));
  for (const endpoint of before?.endpoints ?? []) {
    const now = added.get(endpoint.address);
    if (now === undefined || !isSameEndpoint(endpoint, now)) {
      changes.push({ before: endpoint, after: null });
      continue;
    }
    added.delete(endpoint.address);
    if (!equalEndpoints(endpoint, now)) changes.push({ before: endpoint, after: now });
  }
  for (const endpoint of added.values()) changes.push({ before: null, after: endpoint });
  return changes;
}

/** Such as "10.244.1.5 ready→terminating, +10.244.2.7 (not ready) and 3 more". */
export function describeChanges(changes: readonly EndpointChange[]): string {
  if (changes.length === 0) return "no endpoints";
  const shown = changes.slice(0, 3).map(describe).join(", ");
  return changes.length > 3 ? `${shown} and ${changes.length - 3} more` : shown;
}

function describe({ before, after }: EndpointChange): string {
  if (after === null) return before === null ? "" : `-${formatAddress(before.address)}`;
  if (before === null) return `+${formatAddress(after.address)} (${stateOf(after)})`;
  const [from, to] = [stateOf(before), stateOf(after)];
  return `${formatAddress(after.address)} ${from === to ? "moved" : `${from}→${to}`}`;
}

function stateOf({ ready, serving, terminating }: Endpoint): string {
  if (terminating) return `${ready ? "ready, " : ""}terminating${serving ? "" : ", not serving"}`;
  return ready ? "ready" : "not ready";
}
