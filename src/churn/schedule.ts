/**
 * The churn of a run: plans each entry's firings, selects whom they hit, records a fact per firing, and lets the action
 * act with that fact as the cause of all that follows.
 */
import type { Micros } from "../engine/duration.js";
import { NO_FACT } from "../engine/facts.js";
import { uniform } from "../engine/random.js";
import type { Cluster } from "../model/cluster.js";
import type { FiredChurn } from "../model/run-evidence.js";
import type { ChurnEntry, Selection } from "../model/scenario.js";
import { FactKind } from "../model/trace.js";
import type { ChurnAction } from "./action.js";
import { actionNamed } from "./actions.js";
import { select } from "./select.js";

/**
 * Called for every firing, before its action acts. The event's name is the entry's, with `#2` and so on from the second
 * repetition; its object names what was selected ("Deployment/default/web", several with ", " between), or is empty.
 */
export type OnFired = (event: FiredChurn) => void;

interface Planned {
  readonly cluster: Cluster;
  readonly entry: ChurnEntry;
  readonly action: ChurnAction;
  readonly onFired: OnFired;
  /** 0 for the first firing of the entry. */
  repetition: number;
}

const EVERY: Selection = { mode: "all", value: 0 };

/** Plans all entries. The scenario loader has checked them: an unknown action is a programming error. */
export function start(cluster: Cluster, entries: readonly ChurnEntry[], onFired: OnFired): void {
  for (const entry of entries) {
    plan({ cluster, entry, action: actionNamed(entry.action), onFired, repetition: 0 });
  }
}

function plan(planned: Planned): void {
  const { cluster, entry, action, repetition } = planned;
  const nominal = entry.at + repetition * (entry.every?.period ?? 0);
  if (entry.every !== null && nominal >= entry.every.until) return;
  const time = Math.max(cluster.context.now, nominal + jitterOf(planned));
  cluster.context.at(time, action.phase, fire, planned);
}

/** Uniform in [0, jitter): a repetition is never early. */
function jitterOf({ cluster, entry, repetition }: Planned): Micros {
  const jitter = entry.every?.jitter ?? 0;
  return jitter === 0 ? 0 : Math.floor(jitter * uniform(cluster.context.key(`jitter ${entry.name}`), repetition));
}

function fire(planned: Planned): void {
  const { cluster, entry, action, onFired, repetition } = planned;
  const { context } = cluster;
  if (entry.every !== null) {
    context.because(NO_FACT);
    planned.repetition++;
    plan(planned);
  }
  const keys = selected(cluster, action, entry, repetition);
  const { target } = entry;
  const noun = action.target.noun(target);
  const objects = keys.map((key) => `${noun}/${key}`);
  const object = objects.join(", ");
  const name = repetition === 0 ? entry.name : `${entry.name}#${repetition + 1}`;
  const detail = keys.length === 0 ? `${action.name}: selected nothing` : `${action.name} ${object}`;
  const fact = context.record(FactKind.churn, name, detail, NO_FACT);
  context.because(fact);
  const { rollsOut = false } = action;
  onFired({ name, fact, t: context.now, action: action.name, rollsOut, objects, object });
  if (keys.length === 0) return;
  action.start(cluster, { fact, target, keys }, entry.parameters as never);
}

function selected(
  cluster: Cluster,
  { target: kind }: ChurnAction,
  { name, target }: ChurnEntry,
  repetition: number,
): readonly string[] {
  const candidates = kind.candidates(cluster.api, target);
  const selection = kind.selection?.(target) ?? EVERY;
  return select(candidates, selection, (candidate) =>
    uniform(cluster.context.key(`select ${name} ${candidate}`), repetition),
  );
}
