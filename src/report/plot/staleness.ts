/** What `endpoints.csv` says about staleness: which observer disagreed with the API about an endpoint, and since when. */
import { type Micros, SECOND } from "../../engine/duration.js";
import { API_OBSERVER, formatObserver, type Observer } from "../../model/observation.js";
import type { EndpointRow } from "../../model/result.js";

/** A time during which an observer's rules contradicted the API in one endpoint. */
export interface StaleInterval {
  readonly from: Micros;
  /** Infinity while it still did when the rows end. */
  readonly until: Micros;
  /** True while it still used an endpoint that was not ready any more; false while it did not know a ready one. */
  readonly known: boolean;
}

/** Number of ready endpoints that an observer knows, from each time on. */
export interface CountStep {
  readonly t: Micros;
  readonly count: number;
}

export interface ObserverView {
  readonly observer: Observer;
  readonly counts: readonly CountStep[];
  /** In order of `from`. */
  readonly stale: readonly StaleInterval[];
}

interface EndpointsOfObserver {
  readonly observer: Observer;
  /** The rows of each endpoint, in order of time. */
  readonly endpoints: Map<string, EndpointRow[]>;
}

/**
 * Views of all observers, in order of their names; the API's own among them. Only `ready` counts: it decides who gets
 * traffic. An observer is held only against the Services that its kind observes, and counts the others as the API does: nodes have no rules for
 * headless ones.
 */
export function observerViews(rows: readonly EndpointRow[]): ObserverView[] {
  const byObserver = new Map<string, EndpointsOfObserver>();
  for (const row of [...rows].sort((x, y) => x.t - y.t)) {
    const name = formatObserver(row.observer);
    const { endpoints } = byObserver.get(name) ?? { endpoints: new Map<string, EndpointRow[]>() };
    byObserver.set(name, { observer: row.observer, endpoints });
    const key = JSON.stringify([row.service, row.endpoint, row.pod]);
    const changes = endpoints.get(key);
    if (changes === undefined) endpoints.set(key, [row]);
    else changes.push(row);
  }
  const truth = byObserver.get(formatObserver(API_OBSERVER))?.endpoints ?? new Map<string, EndpointRow[]>();
  const observed = new Set(rows.map(({ observer, service }) => `${observer.kind} ${service}`));
  return [...byObserver]
    .sort(([x], [y]) => compareNames(x, y))
    .map(([, { observer, endpoints }]) => {
      const isObserved = ([row]: readonly EndpointRow[]) => observed.has(`${observer.kind} ${row?.service}`);
      const keys = new Set([...truth].filter(([, history]) => isObserved(history)).map(([key]) => key));
      for (const key of endpoints.keys()) keys.add(key);
      const unobserved = [...truth.values()].filter((history) => !isObserved(history));
      const stale = [...keys].flatMap((key) => disagreements(truth.get(key) ?? [], endpoints.get(key) ?? []));
      return {
        observer,
        counts: countSteps([...endpoints.values(), ...unobserved]),
        stale: observer.kind === "api" ? [] : stale.sort((x, y) => x.from - y.from),
      };
    });
}

/** "node-2" before "node-10": runs of digits are compared by their length first. */
function compareNames(x: string, y: string): number {
  const [left, right] = [padded(x), padded(y)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function padded(name: string): string {
  return name.replace(/\d+/g, (digits) => digits.padStart(12, "0"));
}

/** When two histories of one endpoint, each in order of time, differed in `ready`; before its first row it is not ready. */
function disagreements(truth: readonly EndpointRow[], view: readonly EndpointRow[]): StaleInterval[] {
  const intervals: StaleInterval[] = [];
  let known = false;
  let actual = false;
  let since = Number.NaN;
  let believed = false;
  let i = 0;
  let j = 0;
  while (i < truth.length || j < view.length) {
    const t = Math.min(truth[i]?.t ?? Number.POSITIVE_INFINITY, view[j]?.t ?? Number.POSITIVE_INFINITY);
    for (; i < truth.length && truth[i]?.t === t; i++) actual = truth[i]?.ready ?? false;
    for (; j < view.length && view[j]?.t === t; j++) known = view[j]?.ready ?? false;
    if (!Number.isNaN(since) && (known === actual || known !== believed)) {
      intervals.push({ from: since, until: t, known: believed });
      since = Number.NaN;
    }
    if (known !== actual && Number.isNaN(since)) {
      since = t;
      believed = known;
    }
  }
  if (!Number.isNaN(since)) intervals.push({ from: since, until: Number.POSITIVE_INFINITY, known: believed });
  return intervals;
}

function countSteps(endpoints: readonly (readonly EndpointRow[])[]): CountStep[] {
  const changes: { readonly t: Micros; readonly by: number }[] = [];
  for (const history of endpoints) {
    let ready = false;
    for (const row of history) {
      if (row.ready !== ready) changes.push({ t: row.t, by: row.ready ? 1 : -1 });
      ready = row.ready;
    }
  }
  changes.sort((x, y) => x.t - y.t);
  const steps: CountStep[] = [];
  let count = 0;
  for (const { t, by } of changes) {
    count += by;
    if (steps.at(-1)?.t === t) steps.pop();
    steps.push({ t, count });
  }
  return steps;
}

/** A node that is behind for so long when the run ends will not catch up: it is dead or cut off. */
const SILENT_AFTER: Micros = 10 * SECOND;

/** Since when a node has heard nothing more, as far as its rules show; Infinity while it keeps up. */
export function silentSince({ stale }: ObserverView, end: Micros): Micros {
  return stale.reduce(
    (since, { from, until }) =>
      until === Number.POSITIVE_INFINITY && end - from > SILENT_AFTER ? Math.min(since, from) : since,
    Number.POSITIVE_INFINITY,
  );
}

/** Reads a history at times that only grow: an amortised step each, however many times are asked. */
export function readerOf(steps: readonly CountStep[]): (t: Micros) => number {
  let index = -1;
  return (t) => {
    while (index + 1 < steps.length && (steps[index + 1] as CountStep).t <= t) index++;
    return index < 0 ? 0 : (steps[index] as CountStep).count;
  };
}

/**
 * How far an observer is behind within each of `count` columns of `width` from time zero: the largest age of a
 * disagreement in the column, 0 where there is none.
 */
export function lagColumns(stale: readonly StaleInterval[], width: Micros, count: number): number[] {
  const lags = new Array<number>(count).fill(0);
  for (const { from, until } of stale) {
    const first = Math.max(0, Math.floor(from / width));
    for (let column = first; column < count && column * width < until; column++) {
      const age = Math.min(until, (column + 1) * width) - from;
      if (age > (lags[column] as number)) lags[column] = age;
    }
  }
  return lags;
}
