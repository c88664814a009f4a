/** Differences of beliefs, one after the other, as one. */
import { sameConditions } from "./believed-port.js";
import type { BeliefDifference, EndpointDifference, ObservedEndpoint } from "./observation.js";

/** What has become of it: what was first there, and what is last. */
interface Span {
  readonly before: ObservedEndpoint | null;
  after: ObservedEndpoint | null;
}

/** Their sum: what came and went in between leaves no trace. In the order in which endpoints were first touched. */
export function sumOfDifferences(differences: Iterable<BeliefDifference>): BeliefDifference {
  const spans = new Map<string, Span>();
  const uses = new Map<string, { readonly before: boolean; after: boolean }>();
  for (const { endpoints, used, unused } of differences) {
    for (const { before, after } of endpoints) {
      const { text, pod } = (before ?? after) as ObservedEndpoint;
      const name = `${text} ${pod}`;
      const span = spans.get(name);
      if (span === undefined) spans.set(name, { before, after });
      else span.after = after;
    }
    for (const [pods, now] of [
      [used, true],
      [unused, false],
    ] as const) {
      for (const pod of pods) {
        const use = uses.get(pod);
        if (use === undefined) uses.set(pod, { before: !now, after: now });
        else use.after = now;
      }
    }
  }
  const changed = [...uses].filter(([, { before, after }]) => before !== after);
  return {
    endpoints: [...goneOf(spans), ...presentOf(spans)],
    used: changed.filter(([, { after }]) => after).map(([pod]) => pod),
    unused: changed.filter(([, { after }]) => !after).map(([pod]) => pod),
  };
}

function goneOf(spans: ReadonlyMap<string, Span>): EndpointDifference[] {
  return [...spans.values()].filter(({ before, after }) => before !== null && after === null);
}

function presentOf(spans: ReadonlyMap<string, Span>): EndpointDifference[] {
  return [...spans.values()].filter(
    ({ before, after }) => after !== null && (before === null || !sameConditions(before, after)),
  );
}
